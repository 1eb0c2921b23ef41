import GraphIR

/// Orders the instructions of a compiled graph, and places the buffers of its arena.
struct PlanLayout {
  private(set) var memory: PlanMemory
  /// In the order of sections and lanes: computing instructions first, then committing ones.
  private(set) var drafts: [PlanDraft] = []
  /// The ranges of `drafts` of each section's lanes, which run in parallel, and the threads of each lane.
  private(set) var sections: [(lanes: [Range<Int>], threads: Int)] = []
  private let graph: Graph
  /// The time of each instruction.
  private var moments: [PlanMoment] = []
  /// The lifetime of each buffer of the arena; nil for an unused one.
  private var lifetimes: [PlanLifetime?] = []

  init(_ compiler: PlanCompiler, limits: PlanSchedule.Limits) {
    memory = compiler.memory
    graph = compiler.graph
    schedule(compiler.drafts.filter { !$0.isCommit }, lanes: compiler.threads, compiler.threads, limits)
    schedule(compiler.drafts.filter(\.isCommit), lanes: 1, compiler.threads, limits)
    findLifetimes()
  }

  private mutating func schedule(
    _ drafts: [PlanDraft], lanes: Int, _ threads: Int, _ limits: PlanSchedule.Limits
  ) {
    let works = drafts.map { $0.work(byteCount: byteCount(of: $0)) }
    let plan = PlanSchedule(works, dependencies: dependencies(of: drafts), threads: lanes, limits: limits)
    for section in plan.sections {
      var lanes: [Range<Int>] = []
      for (lane, indices) in section.enumerated() {
        lanes.append(self.drafts.count..<self.drafts.count + indices.count)
        for index in indices {
          moments.append(PlanMoment(section: sections.count, lane: lane, position: self.drafts.count))
          self.drafts.append(drafts[index])
        }
      }
      sections.append((lanes, section.count == 1 && works[section[0][0]].isShared ? threads : 1))
    }
  }

  /// For each instruction, the earlier ones that write its operands or results, or read its results.
  private func dependencies(of drafts: [PlanDraft]) -> [[Int]] {
    var uses: [Int: [(draft: Int, bytes: Range<Int>, isWrite: Bool)]] = [:]
    return drafts.enumerated().map { index, draft in
      var needed: Set<Int> = []
      let views = draft.reads.map { ($0, false) } + draft.writes.map { ($0, true) }
      for (view, isWrite) in views {
        let root = memory.root(view)
        let bytes = root.offset..<root.offset + memory.buffers[view.buffer].byteCount - view.offset
        for use in uses[root.buffer] ?? [] where (use.isWrite || isWrite) && use.bytes.overlaps(bytes) {
          needed.insert(use.draft)
        }
      }
      for (view, isWrite) in views {
        let root = memory.root(view)
        let bytes = root.offset..<root.offset + memory.buffers[view.buffer].byteCount - view.offset
        uses[root.buffer, default: []].append((index, bytes, isWrite))
      }
      return needed.sorted()
    }
  }

  private mutating func findLifetimes() {
    lifetimes = Array(repeating: nil, count: memory.buffers.count)
    func use(_ view: PlanView, _ moment: PlanMoment) {
      let buffer = memory.root(view).buffer
      guard memory.buffers[buffer].isArena else { return }
      let life = PlanLifetime(first: moment, last: moment)
      lifetimes[buffer] = lifetimes[buffer]?.union(life) ?? life
    }
    // Inputs exist before the first instruction and stay for the next run; outputs are read after the last one.
    let end = PlanMoment(alone: drafts.count, section: sections.count)
    for input in graph.inputs {
      use(memory[input.name], PlanMoment(alone: -1, section: -1))
      use(memory[input.name], end)
    }
    for (moment, draft) in zip(moments, drafts) { for view in draft.reads + draft.writes { use(view, moment) } }
    for output in graph.outputs { use(memory[output.name], end) }
  }

  /// Lets results overwrite operands that are not used afterwards.
  mutating func reuseInPlace() {
    for (moment, draft) in zip(moments, drafts) {
      for candidate in draft.inPlace {
        _ = candidate.operands.first { merge($0, candidate.result, at: moment, draft) }
      }
    }
  }

  /// Gives an operand and a result one location. The instruction must be the operand's last reader.
  private mutating func merge(_ operand: PlanView, _ result: PlanView, at moment: PlanMoment, _ draft: PlanDraft)
    -> Bool
  {
    let (from, to) = (memory.root(operand), memory.root(result))
    guard from.offset == 0, from.buffer != to.buffer, memory.buffers[from.buffer].isArena,
      memory.buffers[to.buffer].isArena,
      memory.buffers[from.buffer].byteCount == memory.buffers[result.buffer].byteCount, result.offset == 0,
      draft.reads.count(where: { memory.root($0).buffer == from.buffer }) == 1,
      let life = lifetimes[from.buffer], life.last == moment, let next = lifetimes[to.buffer],
      next.last.position > moment.position
    else { return false }
    if to.buffer == result.buffer {
      // The result is first written here. It moves to the operand's location.
      guard next.first == moment, memory.makePart(result.buffer, of: from) else { return false }
      lifetimes[from.buffer] = life.union(next)
      lifetimes[to.buffer] = nil
    } else {
      // The result lies in a larger buffer. The operand moves there.
      guard memory.makePart(from.buffer, of: result) else { return false }
      lifetimes[to.buffer] = life.union(next)
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
          MemoryPlanner.Request(size: memory.buffers[buffer].byteCount, first: $0.first, last: $0.last)
        }
      })
    var offsets = [Int](repeating: 0, count: memory.buffers.count)
    for (buffer, offset) in zip(used, plan.offsets) { offsets[buffer] = offset }
    return (offsets, plan.size)
  }

  /// The bytes that an instruction reads and writes.
  func byteCount(of draft: PlanDraft) -> Int {
    draft.byteCount ?? (draft.reads + draft.writes).reduce(0) { $0 + memory.buffers[$1.buffer].byteCount }
  }
}
