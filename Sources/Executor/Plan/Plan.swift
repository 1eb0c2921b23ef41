import CKernels
import GraphIR

/// A graph compiled for one machine, one number of threads and the shapes of its inputs: a flat list of instructions over memory
/// that is laid out once.
///
/// A run has two parts. ``compute()`` reads the state and changes nothing in it; ``commit()`` then takes the step, so that whoever finds a
/// loss that is no number keeps the state as it was.
///
/// ```swift
/// let state = ProgramState(tensors, for: [program])
/// let plan = try Plan(program, state: state)
/// plan.set("data/real", to: images)
/// try plan.compute()
/// if plan.number("critic").isFinite { try plan.commit() }
/// ```
///
/// Equal states and inputs give equal bits, on one class of machine and with one number of threads. Nothing is allocated and no lock is
/// taken in a run, save what oneDNN allocates for the arguments of a primitive, and what operators without an instruction of their own
/// do (``Instruction/isCall``). A plan belongs to one thread at a time.
public final class Plan {
  /// The graph that runs: the given one after ``GraphIR/Graph/optimized()``.
  public let graph: Graph
  /// The threads that instructions may use.
  public let threads: Int
  /// Bytes of the memory that values between inputs and outputs share.
  public let arenaByteCount: Int
  /// How often the plan ran.
  public private(set) var runCount = 0
  /// What runs, in order.
  public private(set) var instructions: [Instruction]

  private let state: ProgramState
  private let arena: UnsafeMutableRawPointer
  private let bound: [BoundInstruction]
  private let list: [ZKInstruction]
  private let computeCount: Int
  private let pointers: [String: UnsafeMutableRawPointer]
  private let types: [String: TensorType]
  private var nanoseconds: [UInt64]
  private var isProfiling = false

  /// Compiles a graph.
  ///
  /// - Parameters:
  ///   - graph: verified, with static shapes.
  ///   - state: has a tensor for each of the graph's parameters.
  ///   - threads: the most that an instruction may use; by default what OpenMP would use.
  /// - Throws: ``ExecutionError`` where the state does not fit the graph, and `GraphError` where the graph means nothing.
  public init(_ graph: Graph, state: ProgramState, threads: Int? = nil) throws {
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
    var layout = PlanLayout(compiler)
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
    let binder = PlanBinder(pointer: pointer, threads: self.threads)
    var (bound, instructions): ([BoundInstruction], [Instruction]) = ([], [])
    var computeCount = 0
    for draft in layout.drafts {
      guard let instruction = try draft.bind(binder) else { continue }
      bound.append(instruction)
      instructions.append(Instruction(draft, bytes: layout.byteCount(of: draft)))
      if !draft.isCommit { computeCount = bound.count }
    }
    self.bound = bound
    self.instructions = instructions
    self.computeCount = computeCount
    list = bound.map(\.instruction)
    nanoseconds = Array(repeating: 0, count: bound.count)
    let ends = graph.inputs.map(\.name) + graph.outputs.map(\.name)
    pointers = Dictionary(ends.map { ($0, pointer(memory[$0])) }) { first, _ in first }
    scratch = Self.scratch(of: bound)
  }

  deinit {
    arena.deallocate()
    scratch.deallocate()
  }

  private let scratch: UnsafeMutableRawPointer

  /// Scratch space for the instruction that needs most; they run one after the other.
  private static func scratch(of instructions: [BoundInstruction]) -> UnsafeMutableRawPointer {
    let size = instructions.compactMap { $0.scratch?.byteCount }.max() ?? 0
    let space = UnsafeMutableRawPointer.allocate(
      byteCount: max(size, ProgramState.alignment), alignment: ProgramState.alignment)
    for instruction in instructions { instruction.scratch?.set(space) }
    return space
  }

  /// Copies a value to an input. Requires an input of that name and a value of its type.
  public func set(_ input: String, to value: TensorValue) {
    precondition(
      value.type == types[input], "input '\(input)' is \(String(describing: types[input])), not \(value.type)")
    guard let pointer = pointers[input] else { preconditionFailure("the plan has no input '\(input)'") }
    pointer.copyMemory(from: value.storage.pointer, byteCount: value.byteCount)
  }

  /// Lets `fill` write an input in place, all of it. Requires an input of that name with elements of that type.
  public func fill<Element: TensorElement, Result>(
    _ input: String, _ fill: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    guard let pointer = pointers[input], let type = types[input], type.dtype == Element.dataType else {
      preconditionFailure("the plan has no input '\(input)' of \(Element.dataType.rawValue)")
    }
    return try fill(
      UnsafeMutableBufferPointer(start: pointer.assumingMemoryBound(to: Element.self), count: type.shape.elementCount))
  }

  /// Computes outputs, and what the state is to become, from the inputs. The state stays as it is.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func compute() throws {
    runCount += 1
    try run(0..<computeCount)
  }

  /// Floating-point operations of a run: multiplications and additions of products and convolutions, one for each element of other
  /// results.
  public var flops: Int { instructions.reduce(0) { $0 + $1.flops } }

  /// Changes the state to what ``compute()`` found.
  ///
  /// - Throws: ``ExecutionError`` that names the instruction.
  public func commit() throws { try run(computeCount..<list.count) }

  private func run(_ range: Range<Int>) throws {
    let done = list.withUnsafeBufferPointer { list in
      nanoseconds.withUnsafeMutableBufferPointer { times in
        let times = isProfiling ? times.baseAddress.map { $0 + range.lowerBound } : nil
        guard let start = list.baseAddress else { return 0 }
        return zk_run(start + range.lowerBound, range.count, Int32(clamping: threads), times)
      }
    }
    guard done == range.count else {
      let index = range.lowerBound + done
      throw ExecutionError(
        .failed, "program '\(graph.name)' stopped at \(instructions[index])", cause: bound[index].failure())
    }
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

  /// Runs `body` and gives what each instruction took in it, in seconds.
  public func profile(_ body: () throws -> Void) rethrows -> [Double] {
    for index in nanoseconds.indices { nanoseconds[index] = 0 }
    isProfiling = true
    defer { isProfiling = false }
    try body()
    return nanoseconds.map { Double($0) / 1e9 }
  }
}
