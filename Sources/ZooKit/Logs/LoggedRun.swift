import Foundation
import RunStore

/// A stored run, up to a step, as logs for other programs need it.
public struct LoggedRun: Sendable {
  /// A metric with the time of its step.
  public struct Row: Hashable, Sendable {
    /// The name of the metric.
    public let name: String
    /// The step after which it was measured.
    public let step: Int
    /// The time of the step: exact at kept checkpoints and events, interpolated in between.
    public let time: Date
    /// The value.
    public let value: Double
  }

  /// The run.
  public let run: Run
  /// The last step of the log.
  public let lastStep: Int
  let store: Store
  private let times: StepTimes

  /// - Parameters:
  ///   - store: the store with the run.
  ///   - run: the run.
  ///   - lastStep: the last step of the log.
  init(_ store: Store, _ run: Run, through lastStep: Int) throws {
    self.store = store
    self.run = run
    self.lastStep = lastStep
    times = try store.stepTimes(of: run)
  }

  /// The metrics by name, then by step.
  ///
  /// - Throws: `StoreError` if the run was deleted.
  public func rows() throws -> [Row] {
    try metrics(in: 0...lastStep).map { metric in
      Row(
        name: metric.key, step: metric.step, time: Date(timeIntervalSince1970: time(of: metric.step)),
        value: metric.value)
    }
  }

  func time(of step: Int) -> Double { times.time(of: step) }

  func metrics(in steps: ClosedRange<Int>) throws -> [Metric] {
    // With their names, the rows of a range are found without reading all of the run's.
    try store.metrics(of: run.id, keys: run.latestMetrics.keys.sorted(), steps: steps)
  }

  /// The pictures up to the last step.
  func pictures() throws -> [PictureEntry] { try store.pictures(of: run.id).filter { $0.step <= lastStep } }

  /// The name of the run's folder in a folder of logs: its name or its model's, and its id, in letters and digits that
  /// no program interprets.
  var folderName: String {
    func plain(_ text: String) -> String {
      String(text.unicodeScalars.map { Self.plain.contains($0) ? Character($0) : "_" }.prefix(64))
    }
    let name = plain(run.name ?? run.model)
    return (name.hasPrefix(".") ? "_" : "") + name + "-" + plain(run.id)
  }

  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.".unicodeScalars)

  /// A description in Markdown: a block of text that is not interpreted.
  func card() throws -> String {
    var facts = [("run", run.id), ("name", run.name), ("model", run.model), ("algorithm", run.algorithm)]
    facts += [
      ("seed", "\(run.seed)"), ("step", "\(run.step)"), ("target", run.targetStep.map { "\($0)" }),
      ("parent", run.parent?.description), ("machine", run.machine), ("threads", "\(run.threads)"),
      ("state", try store.checkpoint(of: run.id).stateDigest.description),
    ]
    let lines = facts.compactMap { name, value in
      value.map { name + String(repeating: " ", count: 11 - name.count) + $0.singleLine }
    }
    let recipe = try store.recipe(of: run.id).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    return (lines + [""] + recipe.map { String($0).singleLine }).map { "    \($0)\n" }.joined()
  }
}

extension String {
  /// The text without control characters and line breaks, which become spaces.
  var singleLine: String {
    String(
      String.UnicodeScalarView(
        unicodeScalars.map {
          [.control, .lineSeparator, .paragraphSeparator].contains($0.properties.generalCategory) ? " " : $0
        }))
  }
}

extension ModelZoo {
  /// A run for a log.
  ///
  /// - Parameter reference: the run: its id, the beginning of one, or its name; with `@STEP`, up to that checkpoint.
  /// - Throws: `StoreError` if there is no such run or checkpoint.
  public func loggedRun(_ reference: String) throws -> LoggedRun {
    let resolved = try store.resolve(reference)
    let run = resolved.run
    let last = try resolved.checkpoint.map { try store.checkpoint(of: run.id, at: $0).id.step }
    return try LoggedRun(store, run, through: last ?? .max)
  }
}
