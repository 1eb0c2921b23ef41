import ArgumentParser
import Foundation
import Rendering
import RunStore
import ZooKit

/// `zoo watch`.
struct WatchCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Follow a run that trains: its curves in the terminal, or a line for each change elsewhere.",
    discussion: """
      Ends when the training ends, or with Ctrl-C. Only reads the file with the runs. A training writes its metrics \
      with each checkpoint.
      """)

  @Argument(help: ArgumentHelp("The run.", valueName: "run"))
  var reference: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "A metric of the run; several ones are several panels (default: one or two that say most).", valueName: "name"))
  var metric: [String] = []

  @Option(help: ArgumentHelp("Seconds between two looks at the file.", valueName: "seconds"))
  var every = 1.0

  @OptionGroup var options: StoreOptions

  /// The lines of a drawing besides its curves: heading, the label of a panel, the axis, the values.
  private static let otherLines = 6

  func validate() throws {
    guard (0.05...3600).contains(every) else {
      throw ValidationError("--every: expected seconds from 0.05 to 3600, found \(every).")
    }
  }

  func run() throws {
    let store = try options.existing().store
    var followed = try FollowedRun(options.run(reference, in: store).id, in: store, metrics: metric)
    show(followed, isFirst: true)
    while followed.run.status == .running {
      Thread.sleep(forTimeInterval: every)
      if try followed.update() { show(followed, isFirst: false) }
    }
    let missing = metric.filter { followed.run.latestMetrics[$0] == nil }
    guard missing.isEmpty else {
      let known = followed.run.latestMetrics.keys.sorted().joined(separator: ", ")
      throw ModelZooError(
        .invalidArgument,
        "run \(followed.run.id) has no metric '\(missing[0])'; its metrics are \(known.isEmpty ? "none" : known)")
    }
  }

  /// Draws the curves over the earlier ones, or prints a line.
  private func show(_ followed: FollowedRun, isFirst: Bool) {
    let terminal = Terminal.output
    let status = status(of: followed)
    guard let size = terminal.size else { return terminal.write(status + "\n") }
    let panels = max(followed.metrics.count, 1)
    let height = max((size.height - Self.otherLines - panels) / panels, 3)
    let lines = (followed.plot?.text(width: size.width - 1, height: height) ?? []) + [status.fitted(to: size.width - 1)]
    // Clears the screen once, and then each line after it was drawn: the picture does not flicker.
    let start = isFirst ? "\u{1B}[2J\u{1B}[H" : "\u{1B}[H"
    terminal.write(start + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
  }

  /// The run's step, status and last values in one line.
  private func status(of followed: FollowedRun) -> String {
    let run = followed.run
    let target = run.targetStep.map { "/\(Format.count($0))" } ?? ""
    let values = followed.metrics.compactMap { metric in
      run.latestMetrics[metric].map { "\(metric) \(Format.metric($0.value))" }
    }
    return (["\(run.id)  \(Format.count(run.step))\(target)  \(run.status.rawValue)"] + values)
      .joined(separator: "  ").escapedLine
  }
}
