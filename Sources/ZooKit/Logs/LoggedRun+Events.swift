import TrainingAlgorithms
import Foundation
import GraphIR
import RunStore
import TensorBoardFormat

/// A run as events of TensorBoard.
extension LoggedRun {
  /// The steps whose metrics are read at once.
  private static let window = 1 << 16

  /// The events before all others: a start that replaces earlier files, networks, settings, card.
  func header() throws -> [LogEvent] {
    let time = run.created.timeIntervalSince1970
    let graphs = try store.runGraphs(of: run.id).networks
    return [
      LogEvent(time: time, step: 0, .start),
      LogEvent(time: time, step: 0, .graph(try graphs.sorted { $0.key < $1.key }.flatMap { try $1.logNodes(in: $0) })),
      LogEvent(
        time: time, step: 0,
        .values([
          LogValue("settings", .settings(try settings(), started: time)), LogValue("card", .text(try card())),
        ])),
    ]
  }

  /// The settings with the keys of the view `settings`, the model and the seed.
  private func settings() throws -> [(name: String, value: LogValue.Setting)] {
    let settings = try store.settings(of: run.id).map { key, value -> (name: String, value: LogValue.Setting) in
      switch value {
      case .integer(let number): (key, .number(Double(number)))
      case .real(let number): (key, .number(number))
      case .text("true"): (key, .flag(true))
      case .text("false"): (key, .flag(false))
      case .text(let text): (key, .text(text))
      case .null, .blob: (key, .text("none"))
      }
    }
    return settings + [("model", .text(run.model)), ("seed", .text("\(run.seed)"))]
  }

  /// Passes the metrics and pictures to `write` in pieces, by step.
  ///
  /// - Returns: the numbers of metrics and of pictures.
  func history(_ write: ([LogEvent]) throws -> Void) throws -> (metrics: Int, pictures: Int) {
    var count = 0
    let end = min(lastStep, run.latestMetrics.values.map(\.step).max() ?? 0)
    for start in stride(from: 0, through: end, by: Self.window) {
      let metrics = try metrics(in: start...min(start + Self.window - 1, end))
      count += metrics.count
      let steps = Dictionary(grouping: metrics, by: \.step).sorted { $0.key < $1.key }
      try write(steps.map { LogEvent(metrics: $1, step: $0, time: time(of: $0)) })
    }
    let pictures = try pictures()
    for entry in pictures {
      guard let png = try store.picture(entry.name, at: entry.step, of: run.id) else { continue }
      let picture = StoredPicture(name: entry.name, step: entry.step, png: png)
      try write([LogEvent(picture: picture, time: time(of: entry.step))])
    }
    return (count, pictures.count)
  }

  /// Passes the distributions of the networks' parameters at each kept checkpoint to `write`.
  ///
  /// - Returns: the number of distributions.
  func histograms(_ write: ([LogEvent]) throws -> Void) throws -> Int {
    let names = try store.runGraphs(of: run.id).weightNames
    var count = 0
    for checkpoint in try store.checkpoints(of: run.id).reversed() where checkpoint.id.step <= lastStep {
      // A training in another process may have deleted it in the meantime.
      guard let tensors = try? store.snapshot(of: run.id, at: .step(checkpoint.id.step)).tensors else { continue }
      let values = names.compactMap { name in
        tensors[name].map(\.doubles).map { LogValue("weights/\(name)", .histogram(Histogram($0))) }
      }
      count += values.count
      try write([
        LogEvent(time: checkpoint.created.timeIntervalSince1970, step: checkpoint.id.step, .values(values))
      ])
    }
    return count
  }

  /// The state of the run at the end of its log.
  func end() -> LogEvent {
    let status: LogValue.Status =
      switch run.status {
      case .done: .done
      case .failed: .failed
      case .running, .interrupted: .running
      }
    let time = run.updated.timeIntervalSince1970
    return LogEvent(time: time, step: run.step, .values([LogValue("end", .end(status, at: time))]))
  }
}

extension LogEvent {
  init(metrics: [Metric], step: Int, time: Double) {
    self.init(
      time: time, step: step,
      .values(metrics.sorted { $0.key < $1.key }.map { LogValue($0.key, .scalar($0.value)) }))
  }

  init(picture: StoredPicture, time: Double) {
    // Width and height are at fixed places of every PNG file.
    func number(at start: Int) -> Int {
      picture.png.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    self.init(
      time: time, step: picture.step,
      .values([
        LogValue(picture.name, .picture(width: number(at: 16), height: number(at: 20), png: Array(picture.png)))
      ]))
  }
}
