import CKernels
import GraphIR

/// Steps and reductions over one shape, before their tensors have addresses.
struct FusedLoop {
  /// The memory of a value, by its name.
  struct Operand {
    let name: String
    let type: ZKType
    let strides: [Int]
  }

  /// A reduction to `name`.
  struct Reduction {
    let name: String
    let op: ZKReduce
    let operand: Int32
    let type: ZKType
    let strides: [Int]
    let count: Int
    let reduced: Int
  }

  /// The shape of the loop.
  let space: Shape
  private(set) var inputs: [Operand] = []
  private(set) var outputs: [Operand] = []
  private(set) var reductions: [Reduction] = []
  private var steps: [ZKFusedStep] = []
  /// The index of the step that computes each value.
  private var makers: [String: Int] = [:]

  /// Creates a loop over a shape.
  init(_ space: Shape) { self.space = space }

  /// The operand for a value.
  private mutating func operand(_ name: String, _ type: TensorType) -> Int32 {
    if let step = makers[name] { return Int32(step) }
    // Outputs follow the inputs once all inputs are known.
    if let index = inputs.firstIndex(where: { $0.name == name }) { return ~Int32(index) }
    let strides = type.shape.broadcastStrides(to: space)
    inputs.append(Operand(name: name, type: type.dtype.kernelType, strides: strides))
    return ~Int32(inputs.count - 1)
  }

  /// Adds a step.
  ///
  /// - Parameters:
  ///   - step: the elementwise call.
  ///   - types: the types of all values, by name.
  ///   - isOutput: whether something outside of the loop reads its result.
  mutating func add(_ step: FusedStep, types: [String: TensorType], isOutput: Bool) {
    var next = ZKFusedStep()
    next.type = step.type.kernelType
    next.result = step.result.kernelType
    switch step.function {
    case .unary(let function, let a, let b):
      (next.kind, next.function, next.a, next.b) = (.unary, function.rawValue, a, b)
    case .binary(let function): (next.kind, next.function) = (.binary, function.rawValue)
    case .compare(let function): (next.kind, next.function) = (.compare, function.rawValue)
    case .cast: next.kind = .cast
    case .select: next.kind = .where
    case .leakyReluGrad(let slope): (next.kind, next.a) = (.leakyReluGrad, slope)
    }
    let operands = step.inputs.map { operand($0, types[$0] ?? TensorType(step.type, [])) }
    next.operands = (operands[0], operands.count > 1 ? operands[1] : 0, operands.count > 2 ? operands[2] : 0)
    next.output = -1
    if isOutput {
      next.output = Int32(outputs.count)
      outputs.append(Operand(name: step.output, type: next.result, strides: space.strides))
    }
    makers[step.output] = steps.count
    steps.append(next)
  }

  /// Adds a reduction of a value of the loop's shape.
  mutating func add(reduction node: Node, axes: [Int], of type: TensorType) {
    guard let op = node.op.reduction else { preconditionFailure("\(node.op.rawValue) is no reduction") }
    var operand = operand(node.inputs[0], type)
    if op == .sumSquare {
      var square = ZKFusedStep()
      (square.kind, square.function, square.output) = (.binary, ZKBinary.mul.rawValue, -1)
      (square.type, square.result) = (type.dtype.kernelType, type.dtype.kernelType)
      square.operands = (operand, operand, 0)
      operand = Int32(steps.count)
      steps.append(square)
    }
    let kept = Shape(space.enumerated().map { axes.contains($0.offset) ? 1 : $0.element })
    let strides = zip(space.indices, kept.strides).map { axes.contains($0) ? 0 : $1 }
    reductions.append(
      Reduction(
        name: node.outputs[0], op: op == .sumSquare ? .sum : op, operand: operand, type: type.dtype.kernelType,
        strides: strides, count: kept.elementCount, reduced: axes.reduce(1) { $0 * space[$1] }))
  }

  /// The inputs that an output can overwrite: of the same layout, and read by no step after the output's.
  func replaceable(by output: Int) -> [Int] {
    guard let maker = steps.firstIndex(where: { $0.output == Int32(output) }) else { return [] }
    return inputs.indices.filter { input in
      guard inputs[input].strides == outputs[output].strides, inputs[input].type == outputs[output].type else {
        return false
      }
      let operand = ~Int32(input)
      let isReadLater = steps[(maker + 1)...].contains {
        $0.operands.0 == operand || $0.operands.1 == operand || $0.operands.2 == operand
      }
      return !isReadLater && !reductions.contains { $0.operand == operand }
    }
  }

  /// Binds the loop to memory.
  ///
  /// - Throws: ``ExecutionError`` if a step has no kernel.
  func bind(
    inputs inputPointers: [UnsafeMutableRawPointer], outputs outputPointers: [UnsafeMutableRawPointer],
    reductions reductionPointers: [UnsafeMutableRawPointer], threads: Int
  ) throws -> BoundInstruction {
    let loop = UnsafeMutablePointer<ZKFusedLoop>.allocate(capacity: 1)
    defer { loop.deallocate() }
    loop.initialize(to: ZKFusedLoop())
    loop.pointee.rank = Int32(space.rank)
    fill(&loop.pointee.dims, space.dimensions)
    loop.pointee.step_count = Int32(steps.count)
    fill(
      &loop.pointee.steps,
      steps.map { step in
        var step = step
        if step.output >= 0 { step.output += Int32(inputs.count) }
        return step
      })
    let tensors = zip(inputs + outputs, inputPointers + outputPointers).map { operand, pointer in
      var tensor = ZKFusedTensor()
      (tensor.type, tensor.pointer) = (operand.type, pointer)
      fill(&tensor.strides, operand.strides)
      return tensor
    }
    loop.pointee.tensor_count = Int32(tensors.count)
    fill(&loop.pointee.tensors, tensors)
    loop.pointee.reduction_count = Int32(reductions.count)
    fill(
      &loop.pointee.reductions,
      zip(reductions, reductionPointers).map { reduction, pointer in
        var result = ZKFusedReduction()
        (result.op, result.operand, result.type, result.y) = (reduction.op, reduction.operand, reduction.type, pointer)
        (result.count, result.reduced) = (reduction.count, reduction.reduced)
        fill(&result.strides, reduction.strides)
        return result
      })
    guard let fused = zk_fused_prepare(loop, Int32(clamping: threads)) else {
      throw ExecutionError(.failed, "there is no loop for \(steps.count) steps over \(space)")
    }
    return BoundInstruction(zk_fused_run, UnsafeMutableRawPointer(fused)) { zk_fused_release(fused) }
  }
}

/// Writes elements to the start of a C array, which is a tuple in Swift.
private func fill<Tuple, Element>(_ tuple: inout Tuple, _ elements: [Element]) {
  withUnsafeMutableBytes(of: &tuple) { bytes in
    precondition(elements.count * MemoryLayout<Element>.stride <= bytes.count, "\(elements.count) elements do not fit")
    elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
  }
}
