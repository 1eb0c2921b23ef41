/// The schedule of a plan: instructions that run one after the other with all threads, or in parallel lanes of one
/// thread each.
///
/// Twin critics, or a policy and a value function, are independent networks. Two matrix products in parallel lanes take
/// less time than one after the other with two threads each. Nothing is divided, threads synchronise once, and a result
/// stays in the cache of the core that reads it next.
package struct PlanSchedule {
  /// The known properties of an instruction before it runs.
  package struct Work {
    /// Estimated nanoseconds with one thread.
    package var nanoseconds: Double
    /// Whether all threads compute it if it runs alone.
    package var isShared: Bool
    /// Whether this divides its time by their number. Loops gain less: cores exchange the bytes that they share.
    package var isWide: Bool
    /// Whether nothing may run beside it.
    package var isAlone: Bool

    package init(nanoseconds: Double, isShared: Bool = false, isWide: Bool = false, isAlone: Bool = false) {
      self.nanoseconds = nanoseconds
      self.isShared = isShared || isWide
      self.isWide = isWide
      self.isAlone = isAlone
    }
  }

  /// The conditions for using lanes. Nanoseconds are estimates: only their order of magnitude matters.
  package struct Limits {
    /// The minimal nanoseconds that lanes save. Less is not worth the wait for threads on a busy machine.
    package var gain = 10_000.0
    /// The minimal share of the time without lanes that they save.
    package var share = 0.1
    /// The nanoseconds below which an instruction runs as soon as it can: lanes often wait for one small result.
    package var small = 1000.0
    /// The nanoseconds from which an instruction counts towards `count`.
    package var large = 5000.0
    /// The minimal number of such instructions per lane. A single one finds no earlier result in its core's cache.
    package var count = 2
    /// The maximal ratio of the longest to the shortest lane.
    package var imbalance = 1.3

    package init() {}

    /// The limits that allow as many lanes as possible.
    package static var none: Limits {
      var limits = Limits()
      (limits.gain, limits.share, limits.small, limits.count, limits.imbalance) = (-.infinity, 0, 0, 0, .infinity)
      return limits
    }
  }

  /// The lanes of each section, with the instructions of each lane in order. A section of one lane has one instruction.
  package private(set) var sections: [[[Int]]] = []

  private let works: [Work]
  private let dependencies: [[Int]]
  private let threads: Int
  private let limits: Limits
  private var isDone: [Bool]

  /// The share of its threads that an instruction uses.
  private static let efficiency = 0.8
  /// The nanoseconds for starting and synchronising threads.
  private static let fork = 3000.0

  /// Schedules instructions. Their order must be valid for execution.
  ///
  /// - Parameters:
  ///   - works: the known properties of each instruction.
  ///   - dependencies: for each instruction, the earlier ones that must have run.
  ///   - threads: the maximal number of lanes of a section.
  ///   - limits: the conditions for using lanes; by default the initial values of ``Limits``.
  package init(_ works: [Work], dependencies: [[Int]], threads: Int, limits: Limits = Limits()) {
    self.works = works
    self.dependencies = dependencies
    self.threads = threads
    self.limits = limits
    isDone = Array(repeating: false, count: works.count)
    var remaining = Array(works.indices)
    while let first = remaining.first {
      let small = remaining.first { works[$0].nanoseconds < limits.small && dependencies[$0].allSatisfy { isDone[$0] } }
      let lanes = threads > 1 ? small.map { [[$0]] } ?? lanes(of: remaining) ?? [[first]] : [[first]]
      sections.append(lanes)
      for index in lanes.joined() { isDone[index] = true }
      remaining.removeAll { isDone[$0] }
    }
  }

  /// The instructions that can run in parallel lanes, if that saves time.
  private func lanes(of remaining: [Int]) -> [[Int]]? {
    let components = components(of: remaining).sorted {
      ($1.nanoseconds, $0.indices[0]) < ($0.nanoseconds, $1.indices[0])
    }
    guard components.count > 1 else { return nil }
    var lanes = Array(repeating: (nanoseconds: 0.0, indices: [Int]()), count: min(threads, components.count))
    for component in components {
      guard let lane = lanes.indices.min(by: { lanes[$0].nanoseconds < lanes[$1].nanoseconds }) else { break }
      lanes[lane].nanoseconds += component.nanoseconds
      lanes[lane].indices += component.indices
    }
    let loads = lanes.map(\.nanoseconds)
    guard (loads.max() ?? 0) <= limits.imbalance * (loads.min() ?? 0) else { return nil }
    // If one lane is longer than the others, its rest runs with all threads afterwards.
    let choices = Set(loads).sorted().map { limit in
      lanes.map { cut($0.indices.sorted(), at: limit) }.filter { !$0.isEmpty }
    }
    let best = choices.filter { $0.count > 1 }.max { gain($0) < gain($1) }
    return best.flatMap { isWorthIt($0) ? $0 : nil }
  }

  /// The independent components of the remaining instructions. An instruction that depends on several waits for them.
  private func components(of remaining: [Int]) -> [(nanoseconds: Double, indices: [Int])] {
    var place: [Int: Int] = [:]
    var components: [(nanoseconds: Double, indices: [Int])] = []
    for index in remaining where !works[index].isAlone {
      let needed = dependencies[index].filter { !isDone[$0] }
      let places = Set(needed.map { place[$0] })
      if places.isEmpty {
        place[index] = components.count
        components.append((works[index].nanoseconds, [index]))
      } else if places.count == 1, let known = places.first, let known {
        place[index] = known
        components[known].nanoseconds += works[index].nanoseconds
        components[known].indices.append(index)
      }
    }
    return components
  }

  private func cut(_ lane: [Int], at limit: Double) -> [Int] {
    var end = 0.0
    return Array(
      lane.prefix {
        end += works[$0].nanoseconds
        return end <= limit * 1.02
      })
  }

  private func isWorthIt(_ lanes: [[Int]]) -> Bool {
    gain(lanes) >= max(limits.gain, limits.share * timeInTurn(lanes))
      && lanes.allSatisfy { $0.count { works[$0].nanoseconds >= limits.large } >= limits.count }
  }

  /// The nanoseconds that lanes save.
  private func gain(_ lanes: [[Int]]) -> Double {
    let beside = lanes.map { $0.reduce(0) { $0 + works[$1].nanoseconds } }.max() ?? 0
    return timeInTurn(lanes) - beside - Self.fork
  }

  private func timeInTurn(_ lanes: [[Int]]) -> Double {
    let share = max(1, Self.efficiency * Double(threads))
    return lanes.joined().reduce(0) { $0 + works[$1].nanoseconds / (works[$1].isWide ? share : 1) }
  }
}
