import ArgumentParser
import Foundation
import ZooKit
import Rendering

/// `zoo play`.
struct PlayCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "play",
    abstract: "Draw an episode of an agent's policy: a film (.gif) or some of its frames (.png).")

  @Argument(help: "RUN, RUN@STEP, RUN@latest, RUN@best or MODEL:trained.")
  var reference: String

  @Option(
    name: [.customShort("o"), .long], help: "The GIF or PNG file to write, or - for a GIF on standard output.",
    completion: .file(extensions: ["gif", "png"]))
  var output = "episode.gif"

  @Option(help: "The seed of environment and draws. Equal seeds give equal episodes of one checkpoint.")
  var seed: UInt64 = 0

  @Flag(help: "Draw actions from the policy's distribution instead of taking the most likely ones.")
  var stochastic = false

  @Option(help: "The standard deviation of normal noise that is added to observations.")
  var noise = 0.0

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let file: String
    let `return`: Double
    let length: Int
  }

  func run() throws {
    let file = try options.output(output, endings: Film.endings)
    let (film, episode) = try options.source(reference).film(
      seed: seed, isDeterministic: !stochastic, noise: noise)
    try file.write(film.data(ending: URL(filePath: output).pathExtension))
    try printing.report(
      Record(file: file.path, return: episode.totalReward, length: episode.length),
      "\(file.path.escapedLine)  return \(Format.metric(episode.totalReward)) "
        + "in \(Format.count(episode.length)) steps from seed \(seed)", of: file)
  }
}
