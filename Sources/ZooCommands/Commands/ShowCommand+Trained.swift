import ArgumentParser
import Foundation
import ZooKit

extension ShowCommand {
  /// Prints the card of a trained model, or a network of it as text.
  func show(_ trained: TrainedModel) throws {
    guard !metrics, plan == nil, !settings, !samples else {
      throw ValidationError(
        "--metrics, --plan, --samples and --settings are for runs and models; '\(reference)' is trained.")
    }
    if let graph {
      let role = graph.isEmpty ? trained.roles[0] : graph
      return try show(trained.data(role), named: role)
    }
    if graphs {
      let texts = try trained.roles.map { ($0, "\(try trained.network($0).graph)") }
      return output.json ? try printJSON(Dictionary(uniqueKeysWithValues: texts)) : texts.forEach { print($0.1) }
    }
    let card = trained.card
    guard !output.json else { return try printJSON(card) }
    let summary = (try? options.recipe(named: card.model))?.summary
    print("\(trained.reference)\(summary.map { ": \($0)" } ?? "")".escapedLine + "\n")
    for (title, text) in Self.lines(of: card) {
      print("\(title.padding(toLength: 12, withPad: " ", startingAt: 0))\(text)".escapedLine)
    }
    print("networks")
    for network in card.networks {
      let size = "\(Format.count(network.parameters)) parameters, \(Format.bytes(network.bytes))"
      print("  \(network.role): \(network.file), \(size), SHA-256 \(network.digest)".escapedLine)
    }
    print("settings")
    let specification = try JSONEncoder().encode(card.specification)
    flatten(try JSONSerialization.jsonObject(with: specification), "").forEach {
      print("  \($0.path): \($0.value)".escapedLine)
    }
    print("\ntrain it again:  " + card.command.escapedLine)
  }

  private static func lines(of card: TrainedCard) -> [(title: String, text: String)] {
    let facts = card.platform.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "; ")
    var lines: [(title: String, text: String)] = [
      ("data", card.data), ("licence", card.licence ?? "none is named"),
      ("checkpoint", "step \(Format.count(card.step)) of \(Format.count(card.steps)), seed \(card.seed), \(card.date)"),
      ("state", card.stateDigest), ("computed", "\(Format.count(card.threads, "thread")), \(card.machine)"),
      ("platform", facts),
    ]
    for evaluation in card.evaluations {
      let interval = evaluation.interval.map { " [\($0.map(Format.metric).joined(separator: ", "))]" } ?? ""
      lines.append(
        (
          "evaluation",
          "\(evaluation.quantity) \(Format.metric(evaluation.value))\(interval), \(Format.count(evaluation.count)) "
            + evaluation.conditions
        ))
    }
    if let note = card.note { lines.append(("note", note)) }
    return lines
  }
}
