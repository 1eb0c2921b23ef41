import GraphIR
import StableHLO
import TestSupport
import Testing

@Suite("Programs in StableHLO")
struct ProgramTests {
  /// w' = w - rate · x, with the sums of both as metrics.
  private func step(rows: Int = 4) throws -> Graph {
    var builder = GraphBuilder(name: "step")
    let x = try builder.input("data/x", TensorType(.float32, [rows, 3]))
    let rate = try builder.input("rate", TensorType(.float32, []))
    let w = try builder.parameter("w", TensorType(.float32, [rows, 3]))
    let next = try builder.add(.sub, [w, builder.add(.mul, [rate, x])])
    let total = try builder.add(.reduceSum, [next], ["keepdims": .int(0)])
    let all = try builder.add(.reduceSum, [x], ["keepdims": .int(0)])
    for name in [total, next, all] { try builder.output(name) }
    builder.update("w", to: next)
    return builder.graph
  }

  @Test("arguments are parameters, then inputs; results are updates, metrics as one vector, other outputs")
  func order() throws {
    let graph = try step()
    let program = try StableHLOProgram(graph)
    #expect(program.arguments.map(\.name) == ["w", "data/x", "rate"])
    #expect(program.arguments.map(\.isParameter) == [true, false, false])
    #expect(program.arguments.map(\.isSplit) == [false, false, false])
    let (total, next, all) = (graph.outputs[0].name, graph.outputs[1].name, graph.outputs[2].name)
    #expect(program.results == [.update(parameter: "w"), .metrics([total, all]), .output(next)])
    #expect(program.text.contains("-> (tensor<4x3xf32>, tensor<2xf32>, tensor<4x3xf32>)"))
  }

  @Test("the rows of data are divided among devices; a single one is on each", arguments: [(4, true), (1, false)])
  func split(rows: Int, isSplit: Bool) throws {
    let program = try StableHLOProgram(step(rows: rows), devices: 2)
    #expect(program.arguments.map(\.isSplit) == [false, isSplit, false])
    #expect(program.text.contains("sdy.mesh @mesh = <[\"batch\"=2]>"))
    #expect(program.text.contains("mhlo.num_partitions = 2"))
    #expect(program.text.contains("@mesh, [{\"batch\"}, {}]") == isSplit)
  }

  @Test("devices that can't share the rows are refused") func rows() throws {
    let error = #expect(throws: StableHLOError.self) { try StableHLOProgram(step(rows: 5), devices: 2) }
    #expect(error?.message.contains("2 devices can't share the 5 rows of 'data/x'") == true, "\(error as Any)")
  }

  @Test("a number keeps its bits: NaN with a payload, -0, denormals, the limits of int64")
  func bits() throws {
    let values = [
      TensorValue(scalar: Float(bitPattern: 0x7FC0_1234)), TensorValue(scalar: -Float(0)),
      TensorValue(scalar: Float.leastNonzeroMagnitude), TensorValue(scalar: Int64.min),
    ]
    for (value, text) in zip(values, ["0x7FC01234", "0x80000000", "0x00000001", "-9223372036854775808"]) {
      var builder = GraphBuilder(name: "bits")
      try builder.output(builder.add(.identity, [builder.constant(value)]))
      #expect(try StableHLOProgram(builder.graph).text.contains("dense<\(text)>"))
    }
  }

  @Test("symbolic dimensions are refused by name")
  func symbols() throws {
    var builder = GraphBuilder(name: "net", symbols: ["batch"])
    let x = try builder.input("x", TensorType(.float32, [-1, 3]))
    try builder.output(builder.add(.relu, [x]))
    let error = #expect(throws: StableHLOError.self) { try StableHLOProgram(builder.graph) }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("graph 'net': input 'x' is float32[batch, 3]") == true, "\(error as Any)")
  }

  @Test("an invalid graph is refused")
  func invalid() {
    var graph = Graph(name: "net")
    graph.nodes = [Node(name: "call", op: .relu, inputs: ["nothing"], outputs: ["y"])]
    graph.outputs = [.init(name: "y", type: TensorType(.float32, [1]))]
    let error = #expect(throws: StableHLOError.self) { try StableHLOProgram(graph) }
    #expect(error?.code == .graph)
    #expect(error?.description.contains("nothing") == true)
  }

  @Test("every operator has a program for each of its examples", arguments: Op.allCases)
  func every(op: Op) throws {
    for example in OpExamples.examples(of: op) { #expect(throws: Never.self) { try StableHLOProgram(example.graph()) } }
  }
}
