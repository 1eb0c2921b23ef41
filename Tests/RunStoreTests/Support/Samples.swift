import Checkpointing
import Foundation
import GRDB
import GraphIR
import RunStore

/// A run for tests.
func newRun(name: String? = nil, model: String = "wgan-gp-fashion") -> NewRun {
  NewRun(
    name: name, model: model, recipe: "name: \(model)\nsteps: 400\n", seed: .max, algorithm: "wgan-gp",
    settings: #"{"batch":64}"#, targetStep: 400, backend: "cpu", machine: "x86-64-v4", threads: 2)
}

/// A small state that differs from step to step, except for the tensor `frozen`.
func sampleState(_ step: Int) -> TrainingState {
  TrainingState(
    step: step,
    tensors: [
      "critic/linear1.weight": TensorValue((0..<12).map { Float($0) + Float(step) }, shape: [3, 4]),
      "critic/adam.step": TensorValue(scalar: Int64(step)),
      "frozen": TensorValue([1.5, 2.5]),
    ],
    streams: ["noise": RandomStream(key: .max, counter: UInt64(step))], counters: ["samples": Int64(step) * 64])
}

/// A picture of a step, other bytes for each step. The store keeps any bytes.
func samplePicture(_ step: Int, name: String = StoredPicture.samples) -> StoredPicture {
  StoredPicture(name: name, step: step, png: Data((0..<100).map { UInt8(($0 * 7 + step) % 256) }))
}

/// A state of random names, types, shapes and bits: NaNs of any payload, empty tensors, scalars, tensors of several
/// chunks.
func randomState(seed: Int) -> TrainingState {
  var random = RandomStream(seed: UInt64(seed), name: "state")
  func below(_ limit: Int) -> Int { Int(random.words(1)[0]) % limit }
  var snapshot = TrainingState(step: below(1_000_000))
  for index in 0..<below(12) {
    let dtype = DataType.allCases[below(DataType.allCases.count)]
    let shape = Shape((0..<below(4)).map { _ in below(6) })
    snapshot.tensors["tensor/\(index) é🦒'\"%;--"] = randomTensor(TensorType(dtype, shape), &random)
  }
  let large = TensorType(.float32, [1 + below(600_000)])
  snapshot.tensors["large"] = randomTensor(large, &random)
  for index in 0..<below(4) {
    let words = random.words(4).map(UInt64.init)
    snapshot.streams["stream\(index)"] = RandomStream(
      key: words[0] << 32 | words[1], counter: words[2] << 32 | words[3])
  }
  for index in 0..<below(4) {
    snapshot.counters["counter\(index)"] = Int64(bitPattern: random.words(2).reduce(0) { $0 << 32 | UInt64($1) })
  }
  return snapshot
}

private func randomTensor(_ type: TensorType, _ random: inout RandomStream) -> TensorValue {
  let value = TensorValue(uninitialized: type)
  let bytes = random.words(value.byteCount / 4 + 1).flatMap { word in
    (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
  }
  for index in 0..<value.byteCount {
    value.storage.pointer.storeBytes(
      of: type.dtype == .bool ? bytes[index] & 1 : bytes[index], toByteOffset: index, as: UInt8.self)
  }
  return value
}

/// A graph with a symbolic dimension, a statistic that is updated, a constant, an omitted input, and LeakyRelu.
func sampleGraph(name: String = "critic", slope: Float = 0.2) throws -> Graph {
  var builder = GraphBuilder(name: name, symbols: ["batch"])
  let input = try builder.input("input", TensorType(.float32, [-1, 3]))
  let weight = try builder.parameter("linear1.weight", TensorType(.float32, [2, 3]))
  let total = try builder.parameter("total", TensorType(.float32, [2]), isTrainable: false)
  let product = try builder.add(.gemm, [input, weight], ["transB": .int(1)])
  let active = try builder.add(.leakyRelu, [product], ["alpha": .float(slope)])
  let half = builder.constant(TensorValue(repeating: 0.5, type: TensorType(.float32, [])))
  try builder.output(try builder.add(.mul, [active, half]))
  builder.update("total", to: try builder.add(.mul, [total, half]))
  return builder.graph
}

/// The sample graph under a name of its own, with values of its parameters.
func namedGraph(_ name: String = "digits", details: String = "{}") throws -> NamedGraph {
  NamedGraph(
    name: name, graph: try sampleGraph(),
    parameters: [
      "linear1.weight": TensorValue((0..<6).map { Float($0) - 2.5 }, shape: [2, 3]),
      "total": TensorValue([3.0, 4.0] as [Float]),
    ], created: Date(timeIntervalSince1970: 1_700_000_000), details: details)
}

extension Store {
  /// A new run with the sample's first state.
  func sampleRun(
    name: String? = nil, graphs: [String: Graph] = [:], best: BestEvaluation = .greatest
  ) throws -> Claim {
    var run = newRun(name: name)
    if best != .greatest { run.settings = #"{"bestEvaluation":"\#(best.rawValue)"}"# }
    return try createRun(run, graphs: graphs, initial: sampleState(0))
  }

  /// The integer result of a query.
  func count(_ sql: String) throws -> Int { try database.read { try Int.fetchOne($0, sql: sql) ?? -1 } }
}
