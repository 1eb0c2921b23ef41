import GraphRuntime
import GraphIR
import Testing
import TestSupport

/// Equal inputs give equal bits.
@Suite struct DeterminismTests {
  @Test(arguments: Op.allCases) func repeats(_ op: Op) throws {
    for dtype in types(of: op) {
      for seed in 0..<10 {
        var generator = SplitMix64(seed: UInt64(seed))
        let call = generator.call(op, dtype)
        let first = try call.run(on: CPUBackend(threads: 2))
        #expect(
          try call.run(on: CPUBackend(threads: 2)) == first, "again: \(op.rawValue), \(dtype.rawValue), seed \(seed)")
        for threads in [1, 3] {
          let other = try call.run(on: CPUBackend(threads: threads))
          #expect(other == first, "\(threads) threads: \(op.rawValue), \(dtype.rawValue), seed \(seed)")
        }
      }
    }
  }

  /// A sum is the same on any number of threads, even if it is divided among them.
  @Test(arguments: [[1_000_003], [3, 400_000], [70_000, 3], [100, 1000]] as [Shape]) func sumsOnAnyThreads(shape: Shape)
    throws
  {
    var generator = SplitMix64(seed: 1)
    let x = generator.value(.float32, shape, special: false)
    for axes in [[0], Array(shape.indices)] {
      let call = Call(op: .reduceSum, inputs: [x, TensorValue(integers: axes)])
      let alone = try call.run(on: CPUBackend(threads: 1))
      for threads in 2...4 { #expect(try call.run(on: CPUBackend(threads: threads)) == alone) }
    }
  }

  /// The functions of one floating argument.
  private static let functions = Op.allCases.filter { op in
    let inputs = op.definition.signature.inputs
    return op.traits.isElementwise && inputs.count == 1 && inputs[0].types.contains(.float32)
      && inputs[0].presence == .required && !op.definition.signature.attributes.contains(where: \.isRequired)
  }

  /// Elementwise results do not depend on the position of an element in a tensor, nor on its neighbours. A library of
  /// vector functions may use a different path if all elements of a vector are small.
  @Test(arguments: functions, [.float32, .float64] as [DataType])
  func positionDoesNotMatter(_ op: Op, _ dtype: DataType) throws {
    var numbers = (0..<500).map { Double($0 * 37 % 500) / 5 - 20.03 }
    for index in stride(from: 7, to: 500, by: 50) { numbers[index] = Double(index) * 1e5 }
    func results(_ numbers: [Double]) throws -> [Double] {
      let x = dtype == .float32 ? TensorValue(numbers.map(Float.init)) : TensorValue(numbers)
      return try Call(op: op, inputs: [x]).run(on: CPUBackend())[0].doubles
    }
    for (x, y) in zip(numbers, try results(numbers)) {
      let alone = try results([x])[0]
      #expect(alone.bitPattern == y.bitPattern || alone.isNaN && y.isNaN, "\(op.rawValue)(\(x))")
    }
  }

  /// Tasks share threads of the system, but not the memory of a running matrix product.
  @Test func productsOnManyTasks() async throws {
    var generator = SplitMix64(seed: 5)
    let calls = (0..<4).map { index in
      Call(
        op: .matMul,
        inputs: [
          generator.value(.float32, [64 + index % 2, 200], special: false),
          generator.value(.float32, [200, 96], special: false),
        ])
    }
    let expected = try calls.map { try $0.run(on: CPUBackend(threads: 1)) }
    try await withThrowingTaskGroup(of: (Int, [TensorValue]).self) { group in
      for index in 0..<64 {
        let (op, inputs) = (Op.matMul, calls[index % 4].inputs)
        group.addTask { (index % 4, try Call(op: op, inputs: inputs).run(on: CPUBackend(threads: 1))) }
      }
      for try await (index, found) in group { #expect(found == expected[index]) }
    }
  }
}
