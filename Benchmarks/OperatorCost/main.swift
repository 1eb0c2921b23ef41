import Autograd
import GraphRuntime
import Foundation
import GraphIR

// Times single operators on small tensors, for which the cost of the call dominates: forward, and forward with the
// gradients of all inputs. Prints JSON: operator, shape, pass -> microseconds per call. `operator_cost.py` compares it
// with PyTorch.
//
//     OperatorCost [--threads 1] [--only Add,MatMul]

/// An operator on tensors of one shape.
struct Case {
  let name: String
  let inputs: [Tensor]
  let function: ([Tensor]) -> Tensor
}

/// The most common operators; those of matrices for square shapes only.
func cases(_ shape: Shape) -> [Case] {
  let count = shape.elementCount
  func tensor(_ factor: Int) -> Tensor {
    Tensor(TensorValue((0..<count).map { 0.25 + Float($0 * factor % 97) / 100 }, shape: shape), requiresGrad: true)
  }
  let (a, b) = (tensor(31), tensor(57))
  let isLarge = a.detached() .> b.detached()
  let extents = shape.dimensions
  let unary: [(String, (Tensor) -> Tensor)] = [
    ("Neg", { -$0 }), ("Abs", { $0.abs() }), ("Exp", { $0.exp() }), ("Log", { $0.log() }), ("Sqrt", { $0.sqrt() }),
    ("Tanh", { $0.tanh() }), ("Sigmoid", { $0.sigmoid() }), ("Relu", { $0.relu() }),
    ("LeakyRelu", { $0.leakyRelu(0.2) }), ("Softplus", { $0.softplus() }), ("Reciprocal", { $0.reciprocal() }),
    ("Pow 2", { $0.pow(2) }), ("Mul number", { $0 * 2 }), ("Sum", { $0.sum() }), ("Mean", { $0.mean() }),
    ("Sum last", { $0.sum([-1]) }), ("Amax", { $0.amax() }), ("Norm", { $0.norm() }),
    ("10 × Mul, Tanh", { x in (0..<10).reduce(x) { y, _ in (y * x).tanh() } }),
    ("Reshape", { $0.reshaped([1] + extents) }), ("Slice", { $0.sliced(axis: 0, from: 1, to: 5) }),
  ]
  let binary: [(String, (Tensor, Tensor) -> Tensor)] = [
    ("Add", { $0 + $1 }), ("Sub", { $0 - $1 }), ("Mul", { $0 * $1 }), ("Div", { $0 / $1 }),
    ("Maximum", { $0.maximum($1) }), ("Where", { isLarge.select($0, $1) }),
    ("Concat", { concatenated([$0, $1], axis: 0) }),
  ]
  var cases = unary.map { (name, function) in Case(name: name, inputs: [a]) { function($0[0]) } }
  cases += binary.map { (name, function) in Case(name: name, inputs: [a, b]) { function($0[0], $0[1]) } }
  if shape.rank == 2 {
    let bias = Tensor(TensorValue([Float](repeating: 0.5, count: extents[1])), requiresGrad: true)
    cases += [
      Case(name: "MatMul", inputs: [a, b]) { $0[0].matmul($0[1]) },
      Case(name: "Transpose", inputs: [a]) { $0[0].transposed() },
      Case(name: "Transpose, Add", inputs: [a, b]) { $0[0].transposed() + $0[1] },
      Case(name: "Add row", inputs: [a, bias]) { $0[0] + $0[1] },
      Case(name: "Linear", inputs: [a, b, bias]) { (try? apply(.gemm, $0, ["transB": .int(1)]))?[0] ?? $0[0] },
    ]
  }
  return cases
}

/// Microseconds per call: the minimum over many short batches, which other work on the machine does not change.
func time(_ body: () throws -> Void) rethrows -> Double {
  let clock = ContinuousClock()
  func measure(_ count: Int) throws -> Double {
    let start = clock.now
    for _ in 0..<count { try body() }
    return (clock.now - start) / .microseconds(1) / Double(count)
  }
  _ = try measure(100)
  let count = max(1, Int(300 / (try measure(100))))
  return try (0..<80).map { _ in try measure(count) }.min() ?? .nan
}

func argument(_ name: String) -> String? {
  CommandLine.arguments.firstIndex(of: name).flatMap { CommandLine.arguments.dropFirst($0 + 1).first }
}

let only = argument("--only").map { Set($0.split(separator: ",").map(String.init)) }
var results: [String: [String: [String: Double]]] = [:]
CurrentBackend.$value.withValue(CPUBackend(threads: argument("--threads").flatMap { Int($0) } ?? 1)) {
  for shape in [[64, 64], [8]] as [Shape] {
    for test in cases(shape) where only?.contains(test.name) ?? true {
      let vector = Tensor.ones(like: test.function(test.inputs))
      results[test.name, default: [:]]["\(shape)"] = [
        "forward": noGrad { time { _ = test.function(test.inputs) } },
        "gradient": time {
          _ = try? grad([test.function(test.inputs)], test.inputs, gradOutputs: [vector])
        },
      ]
    }
  }
}
let json = try JSONSerialization.data(withJSONObject: results, options: [.sortedKeys])
print(String(decoding: json, as: UTF8.self))
