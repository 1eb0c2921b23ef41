import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// Convolutions in every order of computation: few and many channels and positions, groups, single channels, and images
/// whose outputs need several panels or that are copied in several chunks.
@Suite struct ConvolutionKernelTests {
  private struct Problem: Sendable, CustomTestStringConvertible {
    let x, w: Shape
    var attributes: Attributes = [:]
    var testDescription: String { "\(x) \(w) \(attributes.sorted.map(\.name))" }
  }

  private static let problems = [
    Problem(
      x: [3, 1, 9, 8], w: [16, 1, 5, 5], attributes: ["strides": .ints([2, 2]), "pads": .ints([2, 2, 2, 2])]),
    Problem(x: [2, 3, 7, 7], w: [17, 3, 3, 3], attributes: ["pads": .ints([1, 1, 1, 1])]),
    Problem(
      x: [2, 32, 6, 5], w: [32, 32, 3, 3], attributes: ["strides": .ints([2, 1]), "pads": .ints([1, 0, 0, 1])]),
    Problem(x: [2, 20, 4, 4], w: [33, 20, 1, 1]),
    Problem(x: [2, 32, 6, 6], w: [32, 1, 3, 3], attributes: ["group": .int(32), "pads": .ints([1, 1, 1, 1])]),
    Problem(x: [3, 9, 8, 6], w: [9, 1, 2, 2], attributes: ["group": .int(9), "strides": .ints([2, 2])]),
    Problem(
      x: [2, 5, 4, 7, 11], w: [5, 1, 2, 3, 4],
      attributes: [
        "group": .int(5), "strides": .ints([1, 3, 2]), "pads": .ints([1, 2, 0, 0, 1, 2]),
        "dilations": .ints([2, 1, 3]),
      ]),
    Problem(x: [7, 17, 24, 24], w: [20, 17, 3, 3], attributes: ["pads": .ints([1, 1, 1, 1])]),
    Problem(x: [1, 32, 8, 8], w: [32, 16, 3, 3], attributes: ["group": .int(2), "dilations": .ints([2, 2])]),
    Problem(x: [4, 16, 40], w: [16, 16, 4], attributes: ["strides": .ints([4])]),
    Problem(x: [1, 4, 5, 6, 5], w: [8, 4, 3, 2, 3], attributes: ["strides": .ints([1, 2, 2])]),
    Problem(x: [1, 2, 2, 3, 2, 3], w: [2, 2, 2, 1, 2, 2]),
    Problem(x: [2, 3, 40, 38], w: [20, 3, 3, 3], attributes: ["pads": .ints([1, 1, 1, 1])]),
    Problem(x: [1, 9, 2500], w: [10, 9, 5], attributes: ["strides": .ints([2])]),
    Problem(x: [1, 9, 12, 12, 12], w: [70, 9, 3, 3, 3], attributes: ["strides": .ints([3, 2, 1])]),
    Problem(
      x: [5, 17, 7, 7], w: [66, 17, 5, 5],
      attributes: ["strides": .ints([2, 3]), "pads": .ints([2, 2, 2, 2]), "dilations": .ints([1, 2])]),
  ]

  /// The convolution, its transpose and its gradient, each alone and with a bias if it accepts one.
  private static func calls(_ problem: Problem, _ dtype: DataType) throws -> [Call] {
    var generator = SplitMix64(seed: 5)
    func value(_ shape: Shape) -> TensorValue { generator.value(dtype, shape, special: false) }
    let (x, w) = (value(problem.x), value(problem.w))
    let conv = Call(op: .conv, inputs: [x, w], attributes: problem.attributes)
    let y = value(try conv.context().outputs[0].shape)
    var attributes = problem.attributes
    let transpose = Call(op: .convTranspose, inputs: [y, w], attributes: attributes)
    attributes["kernel_shape"] = .ints(Array(problem.w.dropFirst(2)))
    let weightGrad = Call(op: .convWeightGrad, inputs: [x, y], attributes: attributes)
    let biased = [
      Call(op: .conv, inputs: [x, w, value([problem.w[0]])], attributes: problem.attributes),
      Call(
        op: .convTranspose, inputs: [y, w, value([try transpose.context().outputs[0].shape[1]])],
        attributes: problem.attributes),
    ]
    return [conv, transpose, weightGrad] + biased
  }

  @Test(arguments: [.float32, .float64] as [DataType], problems)
  private func agreesWithReference(dtype: DataType, problem: Problem) throws {
    let tolerance = dtype == .float32 ? 1e-4 : 1e-12
    for call in try Self.calls(problem, dtype) {
      let expected = try call.run(on: ReferenceBackend())[0]
      let found = try call.run(on: CPUBackend(threads: 2))[0]
      #expect(mismatch(found, expected, relative: tolerance, absolute: tolerance) == nil, "\(call.op)")
      for threads in 1...4 {
        #expect(try call.run(on: CPUBackend(threads: threads))[0] == found, "\(call.op): \(threads) threads")
      }
    }
  }

  /// Random calls of the three operators: critical sizes, groups and paddings of kernels.
  @Test(arguments: [.conv, .convTranspose, .convWeightGrad] as [Op], [.float32, .float64] as [DataType])
  func random(op: Op, dtype: DataType) throws {
    let tolerance = dtype == .float32 ? 1e-4 : 1e-12
    for seed in 100..<300 {
      var generator = SplitMix64(seed: UInt64(seed))
      let call = generator.convolution(op, dtype)
      let (found, expected) = (try call.run(on: CPUBackend(threads: 2))[0], try call.run(on: ReferenceBackend())[0])
      #expect(mismatch(found, expected, relative: tolerance, absolute: tolerance) == nil, "seed \(seed)")
    }
  }

  @Test func manyThreadsRunOneProblemAtOnce() async throws {
    let calls = try Self.calls(Self.problems[2], .float32)
    let expected = try calls.map { try $0.run(on: CPUBackend(threads: 1))[0] }
    try await withThrowingTaskGroup(of: [TensorValue].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var results: [TensorValue] = []
          for _ in 0..<10 { results = try calls.map { try $0.run(on: CPUBackend(threads: 1))[0] } }
          return results
        }
      }
      for try await results in group { #expect(results == expected) }
    }
  }
}
