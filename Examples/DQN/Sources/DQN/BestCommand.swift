import ArgumentParser
import RunStore
import ZooCommands
import ZooKit

/// `dqn best`: the best checkpoint of each run.
struct BestCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "best", abstract: "List the best checkpoint of each run by its evaluation.")

  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  private struct Record: Encodable {
    let run: String
    let step: Int?
    let evaluation: Double?
  }

  func run() throws {
    let store = try options.existing().store
    let records = try store.runs().map { run in
      let best = try best(of: run.id, in: store)
      let metrics = try store.metrics(of: run.id, keys: [Metric.evaluation])
      return Record(run: run.id, step: best?.id.step, evaluation: metrics.first { $0.step == best?.id.step }?.value)
    }
    if output.json { return try printJSON(records) }
    var table = Table([
      .init(title: "RUN"), .init(title: "STEP", isNumeric: true), .init(title: "RETURN", isNumeric: true),
    ])
    for record in records {
      table.add([record.run, record.step.map(String.init) ?? "", record.evaluation.map { "\($0)" } ?? ""])
    }
    table.printOut()
  }

  /// The best checkpoint of a run; nil if none was evaluated.
  private func best(of run: String, in store: Store) throws -> Checkpoint? {
    do { return try store.checkpoint(of: run, at: .best) } catch let error as StoreError
      where error.code == .noCheckpoint
    { return nil }
  }
}
