import CKernels
import GraphIR

/// A graph compiled for one machine, one number of threads and static input shapes: a list of instructions over memory
/// with a fixed layout.
///
/// A run has two parts. ``compute()`` reads the state and does not change it. ``commit()`` then applies the update. A
/// caller that finds a loss of NaN skips the commit and keeps the old state.
///
/// ```swift
/// let state = ProgramState(tensors, for: [program])
/// let plan = try Plan(program, state: state)
/// plan.set("data/real", to: images)
/// try plan.compute()
/// if plan.number("critic").isFinite { try plan.commit() }
/// ```
///
/// Equal states and inputs give equal bits on one class of machine with one number of threads. A run allocates nothing
/// and takes no lock, except for operators without an instruction of their own (``Instruction/isCall``). A plan belongs
/// to one thread at a time.
public final class Plan {
  /// The graph that runs: the given one after `Graph.optimized()`.
  public let graph: Graph
  /// The maximal number of threads of an instruction.
  public let threads: Int
  /// The bytes of the arena, which intermediate values share.
  public let arenaByteCount: Int
  /// The number of runs.
  public private(set) var runCount = 0
  /// The instructions in order.
  public private(set) var instructions: [Instruction]

  private let state: ProgramState
  private let arena: UnsafeMutableRawPointer
  private let bound: [BoundInstruction]
  private let list: [ZKInstruction]
  private let computing: PlanSections
  private let committing: PlanSections
  private let pointers: [String: UnsafeMutableRawPointer]
  private let types: [String: TensorType]
  private var nanoseconds: [UInt64]
  private var isProfiling = false

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: a verified graph with static shapes.
  ///   - state: has a tensor for each of the graph's parameters.
  ///   - threads: the maximal number of threads of an instruction; by default that of `CPUBackend`.
  /// - Throws: ``ExecutionError`` if the state does not fit the graph, `GraphError` for an invalid graph.
  public convenience init(_ graph: Graph, state: ProgramState, threads: Int? = nil) throws {
    try self.init(graph, state: state, threads: threads, limits: PlanSchedule.Limits())
  }

  /// Compiles a graph. Its instructions run in parallel lanes within `limits`.
  package init(_ graph: Graph, state: ProgramState, threads: Int?, limits: PlanSchedule.Limits) throws {
    self.threads = threads ?? CPUBackend().threads
    self.state = state
    let graph = try graph.optimized()
    self.graph = graph
    types = try graph.verify()
    if let value = types.first(where: { !$0.value.shape.isStatic }) {
      throw ExecutionError(
        .wrongType, "a plan needs static shapes; '\(value.key)' of '\(graph.name)' is \(graph.describe(value.value))")
    }
    let compiler = try PlanCompiler(graph, types: types, state: state, threads: self.threads)
    var layout = PlanLayout(compiler, limits: limits)
    layout.reuseInPlace()
    let (offsets, size) = layout.offsets()
    arenaByteCount = size
    let arena = UnsafeMutableRawPointer.allocate(
      byteCount: max(size, ProgramState.alignment), alignment: ProgramState.alignment)
    arena.initializeMemory(as: UInt8.self, repeating: 0, count: max(size, ProgramState.alignment))
    self.arena = arena
    let memory = layout.memory
    func pointer(_ view: PlanView) -> UnsafeMutableRawPointer {
      let root = memory.root(view)
      switch memory.buffers[root.buffer].kind {
      case .arena: return arena + offsets[root.buffer] + root.offset
      case .constant(let value): return value.storage.pointer + root.offset
      case .state(let name):
        guard let pointer = state.pointer(to: name) else { preconditionFailure("the state lost '\(name)'") }
        return pointer + root.offset
      }
    }
    var (bound, instructions): ([BoundInstruction], [Instruction]) = ([], [])
    let (computing, committing) = (PlanSections(), PlanSections())
    for section in layout.sections {
      let isShared = section.lanes.count > 1
      let binder = PlanBinder(pointer: pointer, threads: section.threads)
      var bounds = [bound.count]
      for (lane, range) in section.lanes.enumerated() {
        for draft in layout.drafts[range] {
          guard let instruction = try draft.bind(binder) else { continue }
          bound.append(instruction)
          let bytes = layout.byteCount(of: draft)
          instructions.append(Instruction(draft, bytes: bytes, lane: isShared ? lane + 1 : nil))
        }
        bounds.append(bound.count)
      }
      let isCommit = layout.drafts[section.lanes[0]].first?.isCommit == true
      (isCommit ? committing : computing).append(bounds, threads: section.threads)
    }
    self.bound = bound
    self.instructions = instructions
    (self.computing, self.committing) = (computing, committing)
    list = bound.map(\.instruction)
    nanoseconds = Array(repeating: 0, count: bound.count)
    let ends = graph.inputs.map(\.name) + graph.outputs.map(\.name)
    pointers = Dictionary(ends.map { ($0, pointer(memory[$0])) }) { first, _ in first }
    scratch = Self.scratch(of: bound, lanes: instructions.map { $0.lane ?? 1 })
  }

  deinit {
    arena.deallocate()
    scratch.deallocate()
  }

  private let scratch: UnsafeMutableRawPointer

  /// Scratch space for each lane, of the size of the largest request: the instructions of a lane run one after the
  /// other.
  private static func scratch(of instructions: [BoundInstruction], lanes: [Int]) -> UnsafeMutableRawPointer {
    let size = ProgramState.rounded(instructions.compactMap { $0.scratch?.byteCount }.max() ?? 0)
    let space = UnsafeMutableRawPointer.allocate(
      byteCount: max(size * (lanes.max() ?? 1), ProgramState.alignment), alignment: ProgramState.alignment)
    for (instruction, lane) in zip(instructions, lanes) { instruction.scratch?.set(space + size * (lane - 1)) }
    return space
  }

  /// Copies a value to an input. Requires an input of that name and a value of its type.
  public func set(_ input: String, to value: TensorValue) {
    precondition(
      value.type == types[input], "input '\(input)' is \(String(describing: types[input])), not \(value.type)")
    guard let pointer = pointers[input] else { preconditionFailure("the plan has no input '\(input)'") }
    pointer.copyMemory(from: value.storage.pointer, byteCount: value.byteCount)
  }

  /// Lets `fill` write all of an input in place. Requires an input of that name with elements of that type.
  public func fill<Element: TensorElement, Result>(
    _ input: String, _ fill: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    guard let pointer = pointers[input], let type = types[input], type.dtype == Element.dataType else {
      preconditionFailure("the plan has no input '\(input)' of \(Element.dataType.rawValue)")
    }
    return try fill(
      UnsafeMutableBufferPointer(start: pointer.assumingMemoryBound(to: Element.self), count: type.shape.elementCount))
  }

  /// Computes the outputs and the updates of the state from the inputs. The state does not change.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func compute() throws {
    runCount += 1
    try run(computing)
  }

  /// Floating-point operations of a run: multiplications and additions of matrix products and convolutions, and one for
  /// each element of other results.
  public var flops: Int { instructions.reduce(0) { $0 + $1.flops } }

  /// Applies the updates of ``compute()`` to the state.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func commit() throws { try run(committing) }

  private func run(_ sections: PlanSections) throws {
    let failed = list.withUnsafeBufferPointer { list in
      nanoseconds.withUnsafeMutableBufferPointer { times in
        sections.run(list, nanoseconds: isProfiling ? times : nil)
      }
    }
    guard let failed else { return }
    throw ExecutionError(
      .failed, "program '\(graph.name)' stopped at \(instructions[failed])", cause: bound[failed].failure())
  }

  /// An output after ``compute()``. Requires an output of that name.
  public func output(_ name: String) -> TensorValue {
    guard let pointer = pointers[name], let type = types[name] else {
      preconditionFailure("the plan has no output '\(name)'")
    }
    let value = TensorValue(uninitialized: type)
    value.storage.pointer.copyMemory(from: pointer, byteCount: value.byteCount)
    return value
  }

  /// Runs `body` and returns the seconds that each instruction took.
  public func profile(_ body: () throws -> Void) rethrows -> [Double] {
    for index in nanoseconds.indices { nanoseconds[index] = 0 }
    isProfiling = true
    defer { isProfiling = false }
    try body()
    return nanoseconds.map { Double($0) / 1e9 }
  }
}
