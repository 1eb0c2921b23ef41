import GraphIR

/// Orders a compiled graph's drafts, and finds where the buffers of its arena go.
struct PlanLayout {
  private(set) var memory: PlanMemory
  /// What computes, then what commits.
  let drafts: [PlanDraft]
  private let graph: Graph
  /// The first and the last moment at which each buffer of the arena is in use; nil for one that never is.
  private var lifetimes: [ClosedRange<Int>?] = []

  init(_ compiler: PlanCompiler) {
    memory = compiler.memory
    graph = compiler.graph
    drafts = compiler.drafts.filter { !$0.isCommit } + compiler.drafts.filter(\.isCommit)
    findLifetimes()
  }

  private mutating func findLifetimes() {
    lifetimes = Array(repeating: nil, count: memory.buffers.count)
    func use(_ view: PlanView, _ moment: Int) {
      let buffer = memory.root(view).buffer
      guard memory.buffers[buffer].isArena else { return }
      let known = lifetimes[buffer] ?? moment...moment
      lifetimes[buffer] = min(known.lowerBound, moment)...max(known.upperBound, moment)
    }
    // Inputs are there before the first instruction and stay for the next run; outputs are read after the last one.
    for input in graph.inputs {
      use(memory[input.name], -1)
      use(memory[input.name], drafts.count)
    }
    for (moment, draft) in drafts.enumerated() { for view in draft.reads + draft.writes { use(view, moment) } }
    for output in graph.outputs { use(memory[output.name], drafts.count) }
  }

  /// Lets results be written over operands that nobody needs afterwards.
  mutating func reuseInPlace() {
    for (moment, draft) in drafts.enumerated() {
      for candidate in draft.inPlace {
        _ = candidate.operands.first { merge($0, candidate.result, at: moment, draft) }
      }
    }
  }

  /// Makes one place of an operand, whose last reader a draft is, and of its result.
  private mutating func merge(_ operand: PlanView, _ result: PlanView, at moment: Int, _ draft: PlanDraft) -> Bool {
    let (from, to) = (memory.root(operand), memory.root(result))
    guard from.offset == 0, from.buffer != to.buffer, memory.buffers[from.buffer].isArena,
      memory.buffers[to.buffer].isArena,
      memory.buffers[from.buffer].byteCount == memory.buffers[result.buffer].byteCount, result.offset == 0,
      draft.reads.count(where: { memory.root($0).buffer == from.buffer }) == 1,
      let life = lifetimes[from.buffer], life.upperBound == moment, let next = lifetimes[to.buffer],
      next.upperBound > moment
    else { return false }
    if to.buffer == result.buffer {
      // The result is written here for the first time, and goes to where the operand is.
      guard next.lowerBound == moment, memory.makePart(result.buffer, of: from) else { return false }
      lifetimes[from.buffer] = life.lowerBound...next.upperBound
      lifetimes[to.buffer] = nil
    } else {
      // The result has its place in something larger, so the operand is made there.
      guard memory.makePart(from.buffer, of: result) else { return false }
      lifetimes[to.buffer] = min(life.lowerBound, next.lowerBound)...next.upperBound
      lifetimes[from.buffer] = nil
    }
    return true
  }

  /// The offset of each buffer in the arena, and the arena's size.
  func offsets() -> (offsets: [Int], size: Int) {
    let used = lifetimes.indices.filter { lifetimes[$0] != nil }
    let plan = MemoryPlanner.plan(
      used.compactMap { buffer in
        lifetimes[buffer].map {
          MemoryPlanner.Request(size: memory.buffers[buffer].byteCount, first: $0.lowerBound, last: $0.upperBound)
        }
      })
    var offsets = [Int](repeating: 0, count: memory.buffers.count)
    for (buffer, offset) in zip(used, plan.offsets) { offsets[buffer] = offset }
    return (offsets, plan.size)
  }

  /// The bytes that a draft reads and writes.
  func byteCount(of draft: PlanDraft) -> Int {
    (draft.reads + draft.writes).reduce(0) { $0 + memory.buffers[$1.buffer].byteCount }
  }
}
