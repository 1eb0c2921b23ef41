import Autograd
import GraphRuntime
import Foundation
import GraphIR

// Shows that tapes release their memory: a chain of 1,000,000 nodes, differentiated and not, and 10,000 steps of a
// gradient penalty with createGraph. Prints microseconds per node or step and resident memory; fails if memory is kept.
//
//     TapeMemory [--length 1000000] [--steps 10000]

/// Resident megabytes.
func residentMegabytes() -> Double {
  let fields = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ") ?? []
  return fields.count > 1 ? (Double(fields[1]) ?? 0) * Double(sysconf(Int32(_SC_PAGESIZE))) / 1e6 : 0
}

func argument(_ name: String, _ value: Int) -> Int {
  CommandLine.arguments.firstIndex(of: name).flatMap { CommandLine.arguments.dropFirst($0 + 1).first }.flatMap {
    Int($0)
  } ?? value
}

/// Runs `body` and reports whether memory returns to its earlier size after free blocks are released.
func check(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows -> Bool {
  let before = residentMegabytes()
  let start = ContinuousClock.now
  try body()
  let microseconds = (ContinuousClock.now - start) / .microseconds(1) / Double(count)
  let untrimmed = residentMegabytes()
  Storage.trim()
  let after = residentMegabytes()
  print(
    String(
      format: "%@: %.2f µs each; %.1f MB before, %.1f MB after, %.1f MB trimmed", name, microseconds, before, untrimmed,
      after))
  return after - before < 8
}

let (length, steps) = (argument("--length", 1_000_000), argument("--steps", 10_000))
func chain(_ x: Tensor) -> Tensor { (0..<length).reduce(x) { y, _ in y + 1 } }
func leaf(_ shape: Shape) -> Tensor {
  let numbers = (0..<shape.elementCount).map { Float($0 * 37 % 19) / 19 - 0.4 }
  return Tensor(TensorValue(numbers, shape: shape), requiresGrad: true)
}

let passed = try CurrentBackend.$value.withValue(CPUBackend(threads: 1)) {
  let (w1, w2) = (leaf([4, 8]), leaf([8, 1]))
  return [
    check("chain", length) { _ = chain(leaf([])) },
    try check("chain, gradient", length) {
      let x = leaf([])
      _ = try grad(chain(x), x)
    },
    try check("penalty steps", steps) {
      for _ in 0..<steps {
        let x = leaf([2, 4])
        let y = x.matmul(w1).tanh().matmul(w2)
        let gradient = try grad(y, x, gradOutputs: .ones(like: y), createGraph: true)
        let penalty = (gradient.norm(axis: 1) - 1).squared().mean()
        _ = try grad([penalty], [w1, w2], createGraph: true)
      }
    },
  ]
}
exit(passed.allSatisfy(\.self) ? 0 : 1)
