import ArgumentParser
import ZooKit

/// `zoo sample`.
struct SampleCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "sample", abstract: "Draw samples from a run's generator as one picture.")

  @Argument(help: "RUN, RUN@STEP, RUN@latest or RUN@best.")
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
    name: [.customShort("o"), .long], help: "The PNG file to write, or - for standard output.",
    completion: .file(extensions: ["png"]))
  var output = "grid.png"

  @Option(help: "The seed of the noise. Equal seeds give equal pictures of one checkpoint.")
  var seed: UInt64 = 0

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  /// The meaning of the picture's rows.
  enum Grid: String, ExpressibleByArgument, CaseIterable { case labels }

  func validate() throws {
    guard grid == nil || label == nil else { throw ValidationError("--grid and --label exclude each other.") }
  }

  private struct Record: Encodable {
    let file: String
    let samples, width, height: Int
  }

  func run() throws {
    let file = try options.output(output, endings: ["png"])
    let labels: ModelZoo.SampleLabels = grid == .labels ? .rows : label.map { .one($0) } ?? .inTurn
    let count = count ?? (grid == .labels ? 10 : 64)
    let picture = try options.existing().sample(
      reference, network: network, count: count, seed: seed, labels: labels)
    try file.write(picture.pngData())
    let number = grid == .labels ? "\(count) samples of each class" : "\(count) samples"
    try printing.report(
      Record(file: file.path, samples: count, width: picture.width, height: picture.height),
      "\(file.path.escapedLine)  \(number), \(picture.width) x \(picture.height) pixels", of: file)
  }
}
