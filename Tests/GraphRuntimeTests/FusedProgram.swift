import CKernels
import GraphIR

/// A fused loop and its inputs, for runs as a whole and step by step.
struct FusedProgram {
  /// An operand of a step or a reduction.
  enum Operand: Hashable {
    case step(Int)
    case input(Int)
  }

  /// Memory that is read with these strides.
  struct Input {
    let value: TensorValue
    let strides: [Int]
  }

  struct Step {
    let kind: ZKFusedKind
    var function: Int32 = 0
    var a = 0.0
    var b = 0.0
    /// The element type of the operands, and of the result.
    let type, result: DataType
    let operands: [Operand]
    var isOutput = false
    /// The input whose memory receives the result.
    var over: Int?
  }

  struct Reduction {
    let op: ZKReduce
    let operand: Operand
    let axes: Set<Int>
  }

  /// The outputs of a run: the results that are outputs, and those of the reductions.
  struct Results: Equatable {
    var outputs: [TensorValue] = []
    var reductions: [TensorValue] = []
  }

  let space: Shape
  var inputs: [Input] = []
  var steps: [Step] = []
  var reductions: [Reduction] = []

  func type(of operand: Operand) -> DataType {
    switch operand {
    case .step(let step): steps[step].result
    case .input(let input): inputs[input].value.dtype
    }
  }

  /// The shape of a reduction's result, with reduced axes of extent 1.
  func shape(of reduction: Reduction) -> Shape {
    Shape(space.indices.map { reduction.axes.contains($0) ? 1 : space[$0] })
  }
}

extension FusedProgram {
  /// Runs the loop `times` times over the same inputs, prepared once; nil if it can't be prepared.
  ///
  /// - Throws: ``OutOfBounds`` if it writes outside of its results.
  func run(threads: Int, times: Int = 1) throws -> [Results]? {
    let sources = inputs.map { Guarded($0.value.byteCount) }
    let outputs = steps.filter(\.isOutput).map { step in
      step.over.map { sources[$0] } ?? Guarded(space.elementCount * step.result.byteCount)
    }
    let totals = reductions.map { Guarded(shape(of: $0).elementCount * type(of: $0.operand).byteCount) }
    let loop = UnsafeMutablePointer<ZKFusedLoop>.allocate(capacity: 1)
    defer { loop.deallocate() }
    loop.initialize(to: self.loop(sources, outputs, totals))
    guard let fused = zk_fused_prepare(loop, Int32(threads)) else { return nil }
    defer { zk_fused_release(fused) }
    zk_set_threads(Int32(threads))
    return try (0..<times).map { _ in
      for (input, source) in zip(inputs, sources) {
        input.value.withUnsafeBytes { source.pointer.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
      }
      guard zk_fused_run(UnsafeMutableRawPointer(fused)) else { throw OutOfBounds() }
      var results = Results()
      results.outputs = zip(outputs, steps.filter(\.isOutput)).map { $0.value(TensorType($1.result, space)) }
      results.reductions = zip(totals, reductions).map {
        $0.value(TensorType(type(of: $1.operand), shape(of: $1)))
      }
      guard (sources + outputs + totals).allSatisfy(\.isIntact) else { throw OutOfBounds() }
      return results
    }
  }

  private func loop(_ sources: [Guarded], _ outputs: [Guarded], _ totals: [Guarded]) -> ZKFusedLoop {
    var loop = ZKFusedLoop()
    loop.rank = Int32(space.rank)
    fill(&loop.dims, space.dimensions)
    var tensors = zip(inputs, sources).map { tensor($0.value.dtype, $1.pointer, $0.strides) }
    var written = outputs.makeIterator()
    let kernelSteps = steps.map { step in
      var next = ZKFusedStep()
      (next.kind, next.function, next.a, next.b) = (step.kind, step.function, step.a, step.b)
      (next.type, next.result, next.output) = (step.type.kernel, step.result.kernel, -1)
      let operands = step.operands.map(number) + [0, 0]
      next.operands = (operands[0], operands[1], operands[2])
      if step.isOutput, let output = written.next() {
        next.output = Int32(tensors.count)
        tensors.append(tensor(step.result, output.pointer, space.strides))
      }
      return next
    }
    loop.step_count = Int32(steps.count)
    fill(&loop.steps, kernelSteps)
    loop.tensor_count = Int32(tensors.count)
    fill(&loop.tensors, tensors)
    loop.reduction_count = Int32(reductions.count)
    fill(
      &loop.reductions,
      zip(reductions, totals).map { reduction, total in
        var next = ZKFusedReduction()
        (next.op, next.operand, next.type) = (
          reduction.op, number(reduction.operand), type(of: reduction.operand).kernel
        )
        let kept = shape(of: reduction)
        (next.count, next.y) = (kept.elementCount, total.pointer)
        next.reduced = reduction.axes.reduce(1) { $0 * space[$1] }
        fill(&next.strides, zip(space.indices, kept.strides).map { reduction.axes.contains($0) ? 0 : $1 })
        return next
      })
    return loop
  }

  private func number(_ operand: Operand) -> Int32 {
    switch operand {
    case .step(let step): Int32(step)
    case .input(let input): ~Int32(input)
    }
  }

  private func tensor(_ type: DataType, _ pointer: UnsafeMutableRawPointer, _ strides: [Int]) -> ZKFusedTensor {
    var tensor = ZKFusedTensor()
    (tensor.type, tensor.pointer) = (type.kernel, pointer)
    fill(&tensor.strides, strides)
    return tensor
  }
}

/// A loop wrote outside of its memory, or did not run.
struct OutOfBounds: Error {}

/// Memory with guard values on both sides.
private final class Guarded {
  private static let fence = 64
  private let memory: UnsafeMutableRawBufferPointer
  private let byteCount: Int

  init(_ byteCount: Int) {
    self.byteCount = byteCount
    memory = .allocate(byteCount: byteCount + 2 * Self.fence, alignment: 64)
    for index in memory.indices { memory[index] = 0xA5 }
  }

  deinit { memory.deallocate() }

  var pointer: UnsafeMutableRawPointer { memory.baseAddress! + Self.fence }

  var isIntact: Bool {
    [memory.prefix(Self.fence), memory.dropFirst(Self.fence + byteCount)].allSatisfy { $0.allSatisfy { $0 == 0xA5 } }
  }

  func value(_ type: TensorType) -> TensorValue {
    let value = TensorValue(uninitialized: type)
    value.storage.pointer.copyMemory(from: pointer, byteCount: byteCount)
    return value
  }
}

/// Writes elements to the start of a C array, which Swift imports as a tuple.
private func fill<Tuple, Element>(_ tuple: inout Tuple, _ elements: [Element]) {
  withUnsafeMutableBytes(of: &tuple) { bytes in
    precondition(elements.count * MemoryLayout<Element>.stride <= bytes.count, "\(elements.count) elements do not fit")
    elements.withUnsafeBytes { bytes.copyMemory(from: $0) }
  }
}

extension DataType {
  /// The kernels' name for the type.
  var kernel: ZKType {
    switch self {
    case .float32: .float
    case .float64: .double
    case .int64: .int64
    case .bool: .bool
    }
  }
}
