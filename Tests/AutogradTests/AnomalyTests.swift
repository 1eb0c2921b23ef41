import Autograd
import GraphIR
import Testing

@Suite("detectAnomaly")
struct AnomalyTests {
  @Test("a NaN in the forward computation: the operator, order 0, and this file and line")
  func forward() throws {
    let x = variable([1, -2])
    let line = #line + 2
    expectError(.anomaly, "output 0 of Log", "order 0", "node 2", "AnomalyTests.swift:\(line)") {
      _ = try detectAnomaly { (x * 1).log().exp().sum() }
    }
  }

  @Test("a NaN in a derivative: the operator that produced it, the differentiated operator, and its call")
  func backward() throws {
    let x = variable([0])
    let line = #line + 3
    // ln 0 is not NaN, and neither is its derivative 1 / 0. But 0 · ∞ is NaN.
    expectError(.anomaly, "of Mul", "at order 1", "in the derivative of Mul", "AnomalyTests.swift:\(line)") {
      _ = try detectAnomaly { try grad((x * x).log().sum(), x) }
    }
  }

  @Test("a NaN in a second derivative is of order 2")
  func secondOrder() throws {
    let x = variable([2])
    func second(_ factor: Double) throws -> Double {
      try detectAnomaly {
        let first = try grad((x * x * x).sum(), x, createGraph: true)
        try first.registerHook { $0 * factor }
        return try grad(first.sum(), x).item
      }
    }
    #expect(try second(1) == 12)
    expectError(.anomaly, "of Mul", "at order 2") { _ = try second(.nan) }
  }

  @Test("a NaN in the caller's inputs is reported as such; only the first NaN is reported")
  func input() throws {
    expectError(.anomaly, "of Exp", "its input 0 contains a NaN") {
      _ = try detectAnomaly { constant([.nan]).exp().log() }
    }
  }

  @Test("the node of a graph is named by its name")
  func graphNode() throws {
    var builder = GraphBuilder(name: "net")
    try builder.input("x", TensorType(.float64, [1]))
    try builder.append(Node(name: "unlucky", op: .log, inputs: ["x"], outputs: ["y"]))
    try builder.output("y")
    let graph = builder.graph
    expectError(.anomaly, "node 'unlucky'") { _ = try detectAnomaly { try graph([constant([-1])], parameters: [:]) } }
  }

  @Test("values without NaN pass, infinities included; other errors pass through; the mode ends with its body")
  func fine() throws {
    struct Stop: Error {}
    #expect(!AnomalyMode.isEnabled)
    let value = try detectAnomaly {
      #expect(AnomalyMode.isEnabled)
      return constant([0]).log().item
    }
    #expect(value == -.infinity)
    #expect(throws: Stop.self) { try detectAnomaly { throw Stop() } }
    #expect(!AnomalyMode.isEnabled)
    #expect(constant([-1]).log().item.isNaN)
  }
}
