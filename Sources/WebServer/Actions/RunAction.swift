import Foundation
import RunStore
import ZooKit

/// A change of a run that a visitor can make.
enum RunAction {
  /// Ends its training with a checkpoint.
  case stop
  /// Gives it a name, or none.
  case rename(String?)
  /// Replaces its note.
  case note(String?)
  /// Replaces its tags.
  case tag(Set<String>)
  /// Deletes some of its checkpoints.
  case prune([Int])

  /// The action of a name with the fields of its form.
  ///
  /// - Throws: ``ServerError`` with code `notFound` or `badRequest`.
  init(_ name: String, _ fields: Query) throws {
    switch name {
    case "stop": self = .stop
    case "rename": self = .rename(fields["name"])
    // A form has both characters at the end of a line.
    case "note": self = .note(fields["note"]?.replacing("\r\n", with: "\n"))
    case "tag":
      let tags = (fields["tags"] ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      self = .tag(Set(tags.filter { !$0.isEmpty }))
    case "prune":
      let steps = try fields.all("step").map { text in
        guard let step = Int(text) else {
          throw ServerError(.badRequest, "step: expected a number, found '\(text.prefix(40))'")
        }
        return step
      }
      guard !steps.isEmpty else { throw ServerError(.badRequest, "step: expected checkpoints to delete, found none") }
      self = .prune(steps)
    default: throw ServerError(.notFound, "there is no action '\(name.prefix(40))'")
    }
  }

  /// The question before it, and what it would do.
  ///
  /// - Throws: `StoreError` if it can't be done.
  func question(about run: Run, in store: Store) throws -> (heading: String, details: [String]) {
    switch self {
    case .stop:
      return (
        "Stop the training of \(run.title)?",
        ["It ends after its current step, with a checkpoint. 'zoo resume \(run.id)' continues it."]
      )
    case .rename(let name):
      return ("Change the name of run \(run.id)?", ["From: \(run.name ?? "none")", "To: \(name ?? "none")"])
    case .note(let note):
      return ("Change the note of \(run.title)?", ["From: \(run.note ?? "none")", "To: \(note ?? "none")"])
    case .tag(let tags):
      let old = run.tags.isEmpty ? "none" : run.tags.joined(separator: ", ")
      return (
        "Change the tags of \(run.title)?",
        ["From: \(old)", "To: \(tags.isEmpty ? "none" : tags.sorted().joined(separator: ", "))"]
      )
    case .prune(let steps):
      let deletion = try store.deletion(runs: [], checkpoints: steps.map { CheckpointID(run: run.id, step: $0) })
      return (
        "Delete \(Format.count(deletion.checkpoints.count, "checkpoint")) of \(run.title)?",
        deletion.lines + ["This frees \(Format.bytes(deletion.byteCount)), and can't be undone."]
      )
    }
  }

  /// Makes the change.
  ///
  /// - Throws: `StoreError`; nothing was changed then.
  func perform(on run: Run, in store: Store) throws {
    switch self {
    case .stop: try store.stop(run.id)
    case .rename(let name): try store.annotate(run.id) { $0.name = name }
    case .note(let note): try store.annotate(run.id) { $0.note = note }
    case .tag(let tags): try store.annotate(run.id) { $0.tags = tags }
    case .prune(let steps):
      try store.delete(runs: [], checkpoints: steps.map { CheckpointID(run: run.id, step: $0) })
    }
  }
}
