import CKernels
import GraphIR
import TestSupport

/// Random fused loops.
extension SplitMix64 {
  /// A loop of up to a dozen steps with up to three reductions; one in five is large enough for several threads.
  mutating func fusedProgram(_ dtype: DataType) -> FusedProgram {
    var program = FusedProgram(space: fusedSpace())
    for type in [dtype, dtype, dtype, .bool, pick([.float32, .float64])].prefix(int(1...5)) {
      program.inputs.append(fusedInput(type, program.space))
    }
    for _ in 0..<int(oneIn(10) ? 0...0 : 1...12) {
      guard var step = fusedStep(program) else { continue }
      step.isOutput = chance(0.3)
      program.steps.append(step)
    }
    for _ in 0..<int(0...3) {
      let floats = operands(program).filter { program.type(of: $0).isFloatingPoint }
      guard let operand = floats.isEmpty ? nil : pick(floats) else { continue }
      program.reductions.append(
        FusedProgram.Reduction(op: pick([.sum, .mean, .max, .min]), operand: operand, axes: axes(program.space)))
    }
    for step in program.steps.indices where program.steps[step].isOutput && chance(0.5) {
      let inputs = program.replaceable(by: step)
      if !inputs.isEmpty { program.steps[step].over = pick(inputs) }
    }
    return program
  }

  private mutating func fusedSpace() -> Shape {
    if oneIn(5) {
      return pick([[40_003], [300, 129], [64, 784], [2000, 9], [7, 5000], [17, 5, 33, 16], [3, 1100, 11]])
    }
    let extents = Array(repeating: [1, 2, 3, 5, 8, 17, 33, 64], count: 6).flatMap { $0 } + [0]
    let rank = int(0...5)
    return Shape((0..<rank).map { _ in rank > 3 ? min(pick(extents), 8) : pick(extents) })
  }

  /// Memory of the space's shape, broadcast or transposed to it.
  mutating func fusedInput(_ type: DataType, _ space: Shape) -> FusedProgram.Input {
    if space.rank > 1, oneIn(8) {
      let shape = Shape(space.reversed())
      return FusedProgram.Input(value: value(type, shape), strides: shape.strides.reversed())
    }
    let shape = chance(0.4) ? space : narrowed(space)
    return FusedProgram.Input(value: value(type, shape), strides: shape.broadcastStrides(to: space))
  }

  private mutating func axes(_ space: Shape) -> Set<Int> {
    let split = int(0...space.rank)
    switch int(0...3) {
    case 0: return Set(0..<split)
    case 1: return Set(split..<space.rank)
    case 2: return Set(space.indices)
    default: return Set(space.indices.filter { _ in chance(0.5) })
    }
  }

  private func operands(_ program: FusedProgram) -> [FusedProgram.Operand] {
    program.inputs.indices.map { .input($0) } + program.steps.indices.map { .step($0) }
  }

  /// A step that reads existing results; nil if none has the types it needs.
  private mutating func fusedStep(_ program: FusedProgram) -> FusedProgram.Step? {
    let known = operands(program)
    let first = pick(known)
    let type = program.type(of: first)
    let alike = known.filter { program.type(of: $0) == type }
    let conditions = known.filter { program.type(of: $0) == .bool }
    func step(_ kind: ZKFusedKind, _ function: Int32, _ result: DataType, _ operands: [FusedProgram.Operand])
      -> FusedProgram.Step
    {
      FusedProgram.Step(kind: kind, function: function, type: type, result: result, operands: operands)
    }
    switch int(0...9) {
    case 0...2:
      var step = step(.unary, pick(ZKUnary.kernels(for: type)).rawValue, type, [first])
      (step.a, step.b) = (0.2, 0.5)
      return step
    case 3...5: return step(.binary, pick(ZKBinary.kernels(for: type)).rawValue, type, [first, pick(alike)])
    case 6: return step(.compare, pick(ZKCompare.kernels(for: type)).rawValue, .bool, [first, pick(alike)])
    case 7: return step(.cast, 0, pick([.float32, .float64, .bool]), [first])
    case 8: return conditions.isEmpty ? nil : step(.where, 0, type, [pick(conditions), first, pick(alike)])
    default:
      guard type.isFloatingPoint else { return nil }
      var step = step(.leakyReluGrad, 0, type, [first, pick(alike)])
      step.a = 0.2
      return step
    }
  }
}

extension FusedProgram {
  /// The inputs whose memory can receive a step's result: of its layout, read by no later step, and used by no other
  /// result.
  fileprivate func replaceable(by step: Int) -> [Int] {
    let read = Set(steps[(step + 1)...].flatMap(\.operands) + reductions.map(\.operand))
    return inputs.indices.filter { input in
      inputs[input].strides == space.strides && inputs[input].value.dtype == steps[step].result
        && !read.contains(.input(input)) && !steps.contains { $0.over == input }
    }
  }
}

extension ZKUnary {
  /// The functions that have a kernel for `type`.
  static func kernels(for type: DataType) -> [ZKUnary] {
    let all = (0...ZKUnary.not.rawValue).compactMap(ZKUnary.init)
    return all.filter { ($0 == .not) == (type == .bool) }
  }
}

extension ZKBinary {
  /// The functions that have a kernel for `type`.
  static func kernels(for type: DataType) -> [ZKBinary] {
    type == .bool ? [.and, .or, .xor] : [.add, .sub, .mul, .div, .pow, .max, .min, .fmod, .prelu]
  }
}

extension ZKCompare {
  /// The comparisons that have a kernel for `type`.
  static func kernels(for type: DataType) -> [ZKCompare] {
    type == .bool ? [.equal] : [.equal, .greater, .greaterOrEqual, .less, .lessOrEqual]
  }
}
