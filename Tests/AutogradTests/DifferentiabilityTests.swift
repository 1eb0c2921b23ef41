import Autograd
import GraphIR
import TestSupport
import Testing

/// Missing derivatives of a graph are known before training, from the formulas that training uses.
@Suite("Graph.differentiability")
struct DifferentiabilityTests {
  private static func graph(_ build: (Trace) throws -> Tensor) throws -> Graph {
    let trace = Trace(name: "net", symbols: ["batch"])
    try trace.output(try build(trace))
    return trace.graph
  }

  @Test("a network of smooth and piecewise smooth operators lacks no derivative, with a symbolic batch")
  func complete() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [-1, 3]))
      let w = try trace.parameter("w", TensorType(.float32, [3, 2]))
      return x.matmul(w).leakyRelu(0.2).tanh().sum([1]).softplus().mean()
    }
    #expect(try graph.differentiability(order: 4).isEmpty)
  }

  @Test("AdamStep has no derivative, and gives the reason")
  func adam() throws {
    let type = TensorType(.float32, [2])
    var builder = GraphBuilder(name: "step")
    for name in ["x", "g", "v", "h"] { try builder.parameter(name, type) }
    try builder.input("rate", TensorType(.float32, []))
    try builder.input("step", TensorType(.int64, []))
    try builder.append(
      Node(name: "adam", op: .adamStep, inputs: ["rate", "step", "x", "g", "v", "h"], outputs: ["x1", "v1", "h1"]))
    try builder.output("x1")
    let found = try builder.graph.differentiability(order: 2)
    #expect(found.map(\.node) == ["adam"] && found.map(\.op) == [.adamStep])
    #expect(found[0].order == 1 && found[0].kind == .throwsError && found[0].reason.contains("noGrad"))
    #expect("\(found[0])".hasPrefix("node 'adam' (AdamStep) has no derivative of order 1: AdamStep"))
  }

  @Test("integer results and flat operators stop gradients; operators that depend only on them are not checked")
  func stops() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [4]))
      let y = try trace.input("y", TensorType(.float32, [4]))
      let isLarge = y .> y.sign()
      let rounded = y.cast(to: .int64).cast(to: .float32).exp()
      return isLarge.select(x, rounded)
    }
    let found = try graph.differentiability(order: 2)
    #expect(found.map(\.op) == [.sign, .greater, .cast])
    #expect(found.allSatisfy { $0.kind == .stops && $0.order == 1 })
    #expect(found[1].reason.contains("bool") && found[2].reason.contains("int64"))
  }

  @Test("a comparison that only selects is no obstacle, nor is a node that no output needs")
  func choices() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [4]))
      _ = x.sign().exp()
      return (x .> x.floor()).select(x, x.exp())
    }
    #expect(try graph.differentiability(order: 2).isEmpty)
  }

  @Test("nodes that no variable reaches do not count, and neither do parameters that are not trained")
  func constants() throws {
    let graph = try Self.graph { trace in
      let x = try trace.input("x", TensorType(.float32, [4]))
      let mean = try trace.parameter("mean", TensorType(.float32, [4]), isTrainable: false)
      return x * mean.sign()
    }
    #expect(try graph.differentiability(order: 3).isEmpty)
  }
}
