import ArgumentParser
import Foundation
import Rendering
import RunStore
import ZooKit

/// `zoo plot`.
struct PlotCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw curves of metrics of runs: in the terminal, or as SVG, PNG or PDF.",
    discussion: """
      Each metric has a panel. With --group, runs with equal values of a setting are one curve: their mean, with its \
      95 % bootstrap interval. Values that are not finite are gaps.
      """)

  @Argument(help: ArgumentHelp("The runs.", valueName: "run"))
  var references: [String]

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A metric of the runs; several ones are several panels (default: one or two that say most).", valueName: "name"))
  var metric: [String] = []

  @Option(
    help: ArgumentHelp("A setting, as for --set, or model, algorithm, seed, name, threads.", valueName: "setting"))
  var group: String?

  @Option(
    name: [.customShort("o"), .long],
    help: "The SVG, PNG or PDF file to write, or - for an SVG on standard output (default: text in the terminal).",
    completion: .file(extensions: Plot.endings))
  var output: String?

  @Option(help: "The horizontal axis: steps, seconds of training, or time, the date.")
  var x: MetricPlot.Abscissa = .steps

  @Option(
    help: ArgumentHelp(
      "Smooth curves: the mean of N values, or an exponential moving average with a weight below 1.", valueName: "N"))
  var smooth: Smoothing?

  @Flag(help: "A logarithmic vertical axis.")
  var logY = false

  @Flag(help: "A logarithmic horizontal axis.")
  var logX = false

  @Option(help: ArgumentHelp("The size in pixels (default: 800 wide, higher with more panels).", valueName: "WxH"))
  var size: PlotSize?

  @Option(help: "The colours of the file: auto, which is the viewer's preference in an SVG, light or dark.")
  var theme: Plot.Theme = .automatic

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  private struct Record: Encodable {
    let file: String
    let runs, metrics: [String]
    let width, height: Int
  }

  func validate() throws {
    guard !references.isEmpty else { throw ValidationError("expected a run to draw.") }
    guard output != nil || !printing.json else { throw ValidationError("--json needs -o.") }
  }

  func run() throws {
    let file = try output.map { try options.output($0, endings: Plot.endings) }
    let store = try options.existing().store
    var runs: [Run] = []
    for run in try references.map({ try options.run($0, in: store) }) where !runs.contains(where: { $0.id == run.id }) {
      runs.append(run)
    }
    let plot = try MetricPlot(
      metrics: metric, group: group, abscissa: x, smoothing: smooth ?? .none, isXLogarithmic: logX,
      isYLogarithmic: logY,
      width: size?.width ?? 800, height: size?.height
    ).plot(of: runs, in: store)
    guard let file, let output else {
      return print(plot.text(width: Terminal.output.width ?? 80).joined(separator: "\n"))
    }
    try file.write(plot.data(ending: URL(filePath: output).pathExtension, theme: theme))
    try printing.report(
      Record(
        file: file.path, runs: runs.map(\.id), metrics: plot.panels.map(\.y.label), width: plot.width,
        height: plot.height),
      "\(file.path.escapedLine)  \(plot.panels.map(\.y.label).joined(separator: ", ").escapedLine) of "
        + "\(Format.count(runs.count, "run")), \(plot.width) x \(plot.height) pixels", of: file)
  }
}

extension MetricPlot.Abscissa: ExpressibleByArgument {}
extension Plot.Theme: ExpressibleByArgument {}

extension Smoothing: ExpressibleByArgument {
  /// The smoothing that a text names; nil for other texts.
  public init?(argument: String) { self.init(argument) }
}
