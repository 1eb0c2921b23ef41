import ArgumentParser
import Foundation
import RunStore
import ZooKit

/// `zoo edit`.
struct EditCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "edit", abstract: "Change the name, the note and the tags of a run, which may be training.",
    discussion: "Nothing of the training changes. 'zoo list runs --filter tag=TAG' lists runs with a tag.")

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Option(help: ArgumentHelp("The new name; an empty text for none.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("The new note; an empty text for none.", valueName: "text"))
  var note: String?

  @Option(name: .customLong("tag"), help: ArgumentHelp("A tag to add; may be repeated.", valueName: "tag"))
  var added: [String] = []

  @Option(name: .customLong("untag"), help: ArgumentHelp("A tag to remove; may be repeated.", valueName: "tag"))
  var removed: [String] = []

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard name != nil || note != nil || !added.isEmpty || !removed.isEmpty else {
      throw ValidationError("Nothing to change: expected --name, --note, --tag or --untag.")
    }
  }

  func run() throws {
    let store = try options.existing(toWrite: true).store
    let run = try options.run(reference, in: store).id
    try store.annotate(run) { annotation in
      if let name { annotation.name = name.isEmpty ? nil : name }
      if let note { annotation.note = note.isEmpty ? nil : note }
      annotation.tags.subtract(removed)
      annotation.tags.formUnion(added)
    }
    let edited = try store.run(run)
    guard !output.json else { return try printJSON(RunRecord(edited)) }
    let tags = edited.tags.isEmpty ? "" : "  tags: \(edited.tags.joined(separator: ", "))"
    print("run \(run)\(edited.name.map { "  \($0)" } ?? "")\(tags)".escapedLine)
  }
}
