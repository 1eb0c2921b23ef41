import CKernels
import GraphIR
import TestSupport
import Testing

/// Fused loops against the separate kernels of their steps: the same bits. Reductions against sums of doubles.
@Suite struct FusedKernelTests {
  private static let seeds = 0..<600

  @Test(arguments: [.float32, .float64] as [DataType], [1, 2, 3]) func random(dtype: DataType, threads: Int) throws {
    for seed in Self.seeds {
      var generator = SplitMix64(seed: UInt64(seed))
      let program = generator.fusedProgram(dtype)
      try check(program, threads: threads, "seed \(seed)")
    }
  }

  /// The ways of broadcasting two operands over a space of rows and columns, few and many.
  private static let patterns: [Shape] = [[], [1, 1], [1], [64, 1], [64], [64, 64], [300], [7, 1], [7, 300]]

  private static func spaces(_ first: Shape, _ second: Shape) -> [Shape] {
    ([[64, 64], [7, 300]] as [Shape]).filter { space in
      [first, second].allSatisfy {
        $0.allSatisfy { $0 == 1 } || $0 == space || $0 == [space[1]] || $0 == [space[0], 1]
      }
    }
  }

  /// Every function of one and of two operands, every conversion and every selection, with all ways of broadcasting
  /// operands.
  @Test(arguments: [.float32, .float64, .bool] as [DataType]) func everyStep(type: DataType) throws {
    var generator = SplitMix64(seed: 1)
    for first in Self.patterns {
      for second in Self.patterns {
        for space in Self.spaces(first, second) {
          let inputs = [(type, first), (type, second), (.bool, first)].map { type, shape in
            FusedProgram.Input(value: generator.value(type, shape), strides: shape.broadcastStrides(to: space))
          }
          for step in Self.everyStep(type) {
            var program = FusedProgram(space: space, inputs: inputs, steps: [step])
            program.steps[0].isOutput = true
            try check(program, threads: 1, "\(step), \(first) and \(second) over \(space)")
          }
        }
      }
    }
  }

  private static func everyStep(_ type: DataType) -> [FusedProgram.Step] {
    func step(_ kind: ZKFusedKind, _ function: Int32 = 0, to result: DataType, _ operands: Int...) -> FusedProgram.Step
    {
      FusedProgram.Step(
        kind: kind, function: function, a: 0.2, b: 0.5, type: type, result: result,
        operands: operands.map { .input($0) })
    }
    let unary = ZKUnary.kernels(for: type).map { step(.unary, $0.rawValue, to: type, 0) }
    let binary = ZKBinary.kernels(for: type).map { step(.binary, $0.rawValue, to: type, 0, 1) }
    let compare = ZKCompare.kernels(for: type).map { step(.compare, $0.rawValue, to: .bool, 0, 1) }
    let cast = ([.float32, .float64, .bool] as [DataType]).map { step(.cast, to: $0, 0) }
    let choices = [step(.where, to: type, 2, 0, 1), step(.where, to: type, 2, 1, 0), step(.where, to: type, 2, 1, 1)]
    let gradient = type == .bool ? [] : [step(.leakyReluGrad, to: type, 0, 1), step(.leakyReluGrad, to: type, 1, 0)]
    return unary + binary + compare + cast + choices + gradient
  }

  /// A product and a sum with repeated exponents of 1 and 2, which powers treat separately.
  @Test(arguments: [1, 2, 3] as [Double], [[], [64, 1], [5]] as [Shape]) func exponents(value: Double, shape: Shape)
    throws
  {
    var generator = SplitMix64(seed: 2)
    let space: Shape = [64, 5]
    var program = FusedProgram(space: space)
    program.inputs = [
      FusedProgram.Input(value: generator.value(.float32, space), strides: space.strides),
      FusedProgram.Input(
        value: TensorValue(repeating: value, type: TensorType(.float32, shape)),
        strides: shape.broadcastStrides(to: space)),
    ]
    func step(_ kind: ZKFusedKind, _ function: Int32, _ operands: [FusedProgram.Operand]) -> FusedProgram.Step {
      FusedProgram.Step(
        kind: kind, function: function, type: .float32, result: .float32, operands: operands, isOutput: true)
    }
    program.steps = [
      step(.binary, ZKBinary.pow.rawValue, [.input(0), .input(1)]),
      // The separate kernel gets a step's result as a whole tensor, even if all of it is 2.
      step(.unary, ZKUnary.abs.rawValue, [.input(1)]),
      step(.binary, ZKBinary.pow.rawValue, [.input(0), .step(1)]),
      step(.binary, ZKBinary.pow.rawValue, [.input(1), .input(1)]),
    ]
    try check(program, threads: 1, "\(value) as \(shape)")
  }

  /// Operators that consist of several steps: Clip as Max, then Min; IsNaN and IsInf as comparisons.
  @Test(arguments: [.float32, .float64] as [DataType]) func compositions(dtype: DataType) throws {
    var generator = SplitMix64(seed: 3)
    let space: Shape = [1000]
    let x = generator.value(dtype, space)
    func scalar(_ number: Double) -> FusedProgram.Input {
      FusedProgram.Input(value: TensorValue(repeating: number, type: TensorType(dtype, [])), strides: [0])
    }
    func step(_ kind: ZKFusedKind, _ function: Int32, _ operands: [FusedProgram.Operand], _ isOutput: Bool = false)
      -> FusedProgram.Step
    {
      let type = kind == .unary || function == ZKBinary.or.rawValue ? DataType.bool : dtype
      return FusedProgram.Step(
        kind: kind, function: function, type: type, result: kind == .binary ? type : .bool, operands: operands,
        isOutput: isOutput)
    }
    for (low, high) in [(-1, 1), (.nan, 1), (-1, .nan), (1, -1), (-.infinity, .infinity)] as [(Double, Double)] {
      var program = FusedProgram(space: space)
      program.inputs = [
        FusedProgram.Input(value: x, strides: [1]), scalar(low), scalar(high), scalar(.infinity), scalar(-.infinity),
      ]
      program.steps = [
        step(.binary, ZKBinary.max.rawValue, [.input(0), .input(1)]),
        step(.binary, ZKBinary.min.rawValue, [.step(0), .input(2)], true),
        step(.compare, ZKCompare.equal.rawValue, [.input(0), .input(0)]),
        step(.unary, ZKUnary.not.rawValue, [.step(2)], true),
        step(.compare, ZKCompare.equal.rawValue, [.input(0), .input(3)]),
        step(.compare, ZKCompare.equal.rawValue, [.input(0), .input(4)]),
        step(.binary, ZKBinary.or.rawValue, [.step(4), .step(5)], true),
      ]
      let found = try #require(try program.run(threads: 1)).first?.outputs ?? []
      let (clipped, isNaN, isInf) = (
        TensorValue(uninitialized: x.type), TensorValue(uninitialized: TensorType(.bool, space)),
        TensorValue(uninitialized: TensorType(.bool, space))
      )
      withExtendedLifetime((program, x)) {
        let bounds = program.inputs[1...2].map { UnsafeRawPointer($0.value.storage.pointer) }
        _ = zk_clip(dtype.kernel, x.count, x.storage.pointer, bounds[0], bounds[1], clipped.storage.pointer)
        _ = zk_is_nan(dtype.kernel, x.count, x.storage.pointer, isNaN.storage.pointer)
        _ = zk_is_inf(dtype.kernel, true, true, x.count, x.storage.pointer, isInf.storage.pointer)
      }
      for (found, expected) in zip(found, [clipped, isNaN, isInf]) {
        #expect(firstDifference(found, expected, nil) == nil, "\(low) to \(high)")
      }
    }
  }

  /// Sums of a million elements: as accurate as those of the separate kernel.
  @Test(
    arguments: [[1_000_003], [1000, 1000], [250_000, 4], [4, 250_000]] as [Shape], [[0], [1], [0, 1]] as [Set<Int>])
  func largeSums(space: Shape, axes: Set<Int>) throws {
    let axes = axes.filter { $0 < space.rank }
    var generator = SplitMix64(seed: 4)
    let x = TensorValue((0..<space.elementCount).map { _ in Float(generator.double(0...1)) }, shape: space)
    var program = FusedProgram(space: space, inputs: [FusedProgram.Input(value: x, strides: space.strides)])
    program.reductions = [
      FusedProgram.Reduction(op: .sum, operand: .input(0), axes: axes),
      FusedProgram.Reduction(op: .mean, operand: .input(0), axes: axes),
    ]
    for threads in [1, 2] { try check(program, threads: threads, "\(threads) threads") }
  }

  /// A step without a kernel is refused.
  @Test func refuses() throws {
    var generator = SplitMix64(seed: 5)
    let x = generator.value(.float32, [9])
    let space: Shape = [9]
    let program = FusedProgram(space: space, inputs: [FusedProgram.Input(value: x, strides: [1])])
    func step(_ kind: ZKFusedKind, _ function: Int32) -> FusedProgram.Step {
      FusedProgram.Step(
        kind: kind, function: function, type: .float32, result: .float32, operands: [.input(0), .input(0)])
    }
    for step in [
      step(.binary, ZKBinary.mod.rawValue), step(.binary, ZKBinary.and.rawValue), step(.unary, ZKUnary.not.rawValue),
    ] {
      var refused = program
      refused.steps = [step]
      #expect(try refused.run(threads: 1) == nil)
      #expect(refused.resultsAlone() == nil)
    }
    for op in [.sumSquare, .prod] as [ZKReduce] {
      var refused = program
      refused.reductions = [FusedProgram.Reduction(op: op, operand: .input(0), axes: [0])]
      #expect(try refused.run(threads: 1) == nil)
    }
  }

  /// Runs a program twice; compares the steps' results with those of separate kernels, and reductions with sums of
  /// doubles.
  private func check(_ program: FusedProgram, threads: Int, _ comment: String) throws {
    let runs = try #require(try program.run(threads: threads, times: 2), "\(comment): not prepared")
    #expect(runs[0] == runs[1], "\(comment): other bits the second time")
    let results = try #require(program.resultsAlone(), "\(comment): no kernel")
    let outputs = program.steps.indices.filter { program.steps[$0].isOutput }
    for (found, step) in zip(runs[0].outputs, outputs) {
      let difference = firstDifference(found, results[step], nil)
      #expect(difference == nil, "\(comment), step \(step), \(program.steps[step])")
    }
    for (found, reduction) in zip(runs[0].reductions, program.reductions) {
      let difference = program.difference(found, reduction, of: program.whole(reduction.operand, results))
      #expect(difference == nil, "\(comment), \(reduction) over \(program.space)")
    }
  }
}

extension FusedProgram {
  /// The first position at which a reduction's result differs from the result in doubles.
  fileprivate func difference(_ found: TensorValue, _ reduction: Reduction, of value: TensorValue) -> String? {
    let kept = shape(of: reduction)
    let strides = zip(space.indices, kept.strides).map { reduction.axes.contains($0) ? 0 : $1 }
    var expected = [Double](repeating: reduction.op.start, count: kept.elementCount)
    var magnitudes = [Double](repeating: 0, count: kept.elementCount)
    for (index, number) in value.doubles.enumerated() {
      let target = zip(zip(space.strides, space), strides).reduce(0) { $0 + index / $1.0.0 % $1.0.1 * $1.1 }
      expected[target] = reduction.op.join(expected[target], number)
      magnitudes[target] += abs(number)
    }
    let divisor = reduction.op == .mean ? Double(reduction.axes.reduce(1) { $0 * space[$1] }) : 1
    let relative = value.dtype == .float32 ? 1e-6 : 1e-12
    let isExact = reduction.op == .max || reduction.op == .min
    // Intermediate values of a reduction may exceed a float.
    let limit = value.dtype == .float32 ? Double(Float.greatestFiniteMagnitude) : .greatestFiniteMagnitude
    for (index, number) in found.doubles.enumerated() {
      let exact = expected[index] / divisor
      if number == exact || number.isNaN && exact.isNaN { continue }
      if !isExact, magnitudes[index].isFinite, abs(number - exact) <= relative * magnitudes[index] / divisor {
        continue
      }
      if !isExact, magnitudes[index] > limit { continue }
      return "\(index): found \(number), expected \(exact)"
    }
    return nil
  }
}

extension ZKReduce {
  fileprivate var start: Double { self == .max ? -.infinity : self == .min ? .infinity : 0 }

  fileprivate func join(_ total: Double, _ number: Double) -> Double {
    switch self {
    case .max: total.isNaN || number.isNaN ? .nan : Swift.max(total, number)
    case .min: total.isNaN || number.isNaN ? .nan : Swift.min(total, number)
    default: total + number
    }
  }
}
