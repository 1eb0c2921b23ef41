import ArgumentParser
import Foundation
import GraphIR
import TensorFiles
import ZooKit

/// `zoo sample`.
struct SampleCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw samples from a generator as one picture or as arrays.")

  @Argument(help: "RUN, RUN@STEP, RUN@latest, RUN@best or MODEL:trained.")
  var reference: String

  @Option(help: "The generator: by default generator-ema if the run has a moving average, or generator.")
  var network: String?

  @Option(name: .customShort("n"), help: "The number of samples (default: 64), or of each class (default: 10).")
  var count: Int?

  @Option(help: "The class of all samples, for a conditional generator: its name or number (default: all in turn).")
  var label: String?

  @Option(help: "The rows of the picture: 'labels' for a row for each class.")
  var grid: Grid?

  @Option(
    name: [.customShort("o"), .long],
    help: "The file: a picture (.png), or arrays in the data's original scale (.npy; .npz with labels); - for a PNG.",
    completion: .file(extensions: Self.endings))
  var output = "grid.png"

  @Option(help: "The seed of the noise. Equal seeds give equal pictures of one checkpoint.")
  var seed: UInt64 = 0

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private static let endings = ["png", "npy", "npz"]

  /// The meaning of the picture's rows.
  enum Grid: String, ExpressibleByArgument, CaseIterable { case labels }

  func validate() throws {
    guard grid == nil || label == nil else { throw ValidationError("--grid and --label exclude each other.") }
  }

  private struct Record: Encodable {
    let file: String
    let samples: Int
    var width, height: Int?
    var shape: [Int]?
  }

  func run() throws {
    let file = try options.output(output, endings: Self.endings)
    let labels: ModelZoo.SampleLabels = grid == .labels ? .rows : label.map { .one($0) } ?? .inTurn
    let count = count ?? (grid == .labels ? 10 : 64)
    let samples = try options.source(reference).sample(network: network, count: count, seed: seed, labels: labels)
    let number = grid == .labels ? "\(count) samples of each class" : "\(count) samples"
    var record = Record(file: file.path, samples: samples.values.shape[0])
    let text: String
    switch URL(filePath: output).pathExtension.lowercased() {
    case let ending where ending == "npy" || ending == "npz":
      let values = samples.originalValues
      let classes = samples.classes.map { ["labels": TensorValue($0.map(Int64.init))] } ?? [:]
      try file.write(
        ending == "npy"
          ? values.npyData : TensorFileFormat.npz.encoded(classes.merging(["samples": values]) { first, _ in first }))
      record.shape = values.shape.dimensions
      text = "an array of \(values.shape)"
    default:
      let picture = try samples.picture()
      try file.write(picture.pngData())
      (record.width, record.height) = (picture.width, picture.height)
      text = "\(picture.width) x \(picture.height) pixels"
    }
    try printing.report(record, "\(file.path.escapedLine)  \(number), \(text)", of: file)
  }
}
