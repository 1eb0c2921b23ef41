import ArgumentParser
import Foundation
import ZooKit

/// `zoo release`.
struct ReleaseCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "release", abstract: "Write a run's networks with a card: a trained model.",
    discussion: """
      The files are MODEL.onnx, for an agent also its first critic, and the card MODEL.json with data, seed, \
      evaluation and digests. They are MODEL:trained where \(TrainedFolder.variable) names the folder.
      """)

  @Argument(help: "RUN, RUN@STEP, RUN@latest or RUN@best.")
  var reference: String

  @Option(
    name: [.customShort("o"), .long], help: "The folder for the files; created if it is missing.",
    completion: .directory)
  var output: String

  @Option(help: "A remark for users, which the card keeps.")
  var note: String?

  @Option(help: "The number of episodes in which a policy is evaluated.")
  var episodes = 100

  @Option(
    help: "The network of features for a generator's FID: an ONNX file, MODEL:trained, a run, or a graph.",
    completion: .file(extensions: ["onnx"]))
  var features: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  func run() throws {
    let card = try options.existing().release(
      reference, to: URL(filePath: output), note: note, episodes: episodes, features: features)
    guard !printing.json else { return try printJSON(card) }
    let files = card.networks.map { "\($0.role) \($0.file), \(Format.bytes($0.bytes))" }.joined(separator: "; ")
    print("\(output)/\(card.model).json  step \(Format.count(card.step)): \(files)".escapedLine)
    for evaluation in card.evaluations {
      print("\(evaluation.quantity) \(Format.metric(evaluation.value)), \(evaluation.count) \(evaluation.conditions)")
    }
  }
}
