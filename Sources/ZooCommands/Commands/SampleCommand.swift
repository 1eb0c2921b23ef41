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

  @Option(name: .customShort("n"), help: "The number of samples.")
  var count = 64

  @Option(
    name: [.customShort("o"), .long], help: "The PNG file to write, or - for standard output.",
    completion: .file(extensions: ["png"]))
  var output = "grid.png"

  @Option(help: "The seed of the noise. Equal seeds give equal pictures of one checkpoint.")
  var seed: UInt64 = 0

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let file: String
    let samples, width, height: Int
  }

  func run() throws {
    let file = try options.output(output, endings: ["png"])
    let grid = try options.existing().sample(reference, network: network, count: count, seed: seed)
    try file.write(grid.pngData())
    try printing.report(
      Record(file: file.path, samples: count, width: grid.width, height: grid.height),
      "\(file.path.escapedLine)  \(count) samples, \(grid.width) x \(grid.height) pixels", of: file)
  }
}
