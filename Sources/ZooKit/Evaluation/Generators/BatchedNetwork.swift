import GenerativeMetrics
import GraphIR
import GraphRuntime

/// A network in inference mode that is compiled for batches of one size.
final class BatchedNetwork {
  /// The rows of a batch, unless the graph fixes their number.
  private static let usualBatch = 100

  /// The most values of a batch, 1 GiB.
  private static let mostValues = 1 << 28

  private let graph: Graph
  private let sample: [Int]
  private let batch: Int
  private let plans: PlanCache

  /// - Parameters:
  ///   - graph: a network whose first input is float32 [batch, …]. A second one takes labels, int64 [batch].
  ///   - parameters: the value of each of its parameters.
  ///   - sample: the shape of a row of the first input.
  ///   - threads: the number of threads; nil for all processors.
  /// - Throws: ``ModelZooError`` if the graph fixes a batch of more than 2²⁸ values.
  init(_ graph: Graph, _ parameters: [String: TensorValue], sample: [Int], threads: Int?) throws {
    self.graph = graph
    self.sample = sample
    let extent = graph.inputs[0].type.shape.first ?? -1
    batch = extent > 0 ? extent : Self.usualBatch
    let (values, overflow) = batch.multipliedReportingOverflow(by: sample.reduce(1, *))
    guard !overflow, values <= Self.mostValues else {
      throw ModelZooError(
        .invalidArgument,
        "the network '\(graph.name)' takes batches of \(batch) samples \(Shape(sample)), expected at most 2²⁸ values")
    }
    let names = Set(graph.parameters.map(\.name))
    plans = PlanCache(
      graph, state: ProgramState(parameters.filter { names.contains($0.key) }, for: [graph]), threads: threads)
  }

  /// The first output for some rows.
  ///
  /// - Parameters:
  ///   - rows: the rows of the first input.
  ///   - labels: the label of each row, for a network that takes them.
  ///   - isStopped: whether to stop, asked before each batch; by default never.
  /// - Throws: `CancellationError` if it is stopped; `ExecutionError` if the rows do not fit the network.
  func outputs(
    for rows: SampleMatrix, labels: [Int]? = nil, isStopped: () -> Bool = { false }
  ) throws -> SampleMatrix {
    var values: [Float] = []
    var width = 1
    for start in stride(from: 0, to: rows.count, by: batch) {
      if isStopped() { throw CancellationError() }
      let count = min(batch, rows.count - start)
      // The last row fills the last batch: one plan is enough.
      let indices = (0..<batch).map { start + min($0, count - 1) }
      var inputs = [
        graph.inputs[0].name: TensorValue(rows.rows(indices).values, shape: Shape([batch] + sample))
      ]
      if let labels { inputs[graph.inputs[1].name] = TensorValue(indices.map { Int64(labels[$0]) }) }
      guard let output = try plans.run(inputs)[graph.outputs[0].name] else {
        preconditionFailure("the plan left out an output")
      }
      guard output.shape.first == batch, output.count >= batch else {
        throw ModelZooError(
          .invalidArgument,
          "'\(graph.outputs[0].name)' of the network '\(graph.name)' is \(output.shape) for \(batch) samples, expected "
            + "a row of values for each; name another layer")
      }
      width = output.count / batch
      output.withElements(of: Float.self) { values += $0[..<(count * width)] }
    }
    return SampleMatrix(values, width: max(width, 1))
  }
}
