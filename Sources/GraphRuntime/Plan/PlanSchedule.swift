/// Which instructions of a plan run one after the other with all threads each, and which run side by side, a thread for each lane.
///
/// Twin critics, or a policy and a value function, are networks that do not wait for each other. Two products side by side take less time
/// than one after the other with two threads each: nothing is divided, threads meet once, and what a product makes stays in the cache of
/// the core that needs it next.
package struct PlanSchedule {
  /// What is known of an instruction before it runs.
  package struct Work {
    /// Estimated nanoseconds with one thread.
    package var nanoseconds: Double
    /// Whether it takes less time with more threads.
    package var isWide: Bool
    /// Whether nothing may run beside it.
    package var isAlone: Bool

    package init(nanoseconds: Double, isWide: Bool = false, isAlone: Bool = false) {
      self.nanoseconds = nanoseconds
      self.isWide = isWide
      self.isAlone = isAlone
    }
  }

  /// When lanes are worth it. Nanoseconds are estimates, so that only their order of magnitude counts.
  package struct Limits {
    /// Nanoseconds that lanes save at least. Less is not worth the wait for threads that something else keeps busy.
    package var gain = 10_000.0
    /// The share of the time without lanes that they save at least.
    package var share = 0.1
    /// Nanoseconds of an instruction that runs as soon as it can: lanes often wait for the same small thing.
    package var small = 1000.0
    /// Nanoseconds of an instruction that counts as one of a lane.
    package var large = 5000.0
    /// How many such instructions a lane has at least: a single one takes nothing from the one before it out of a core's cache.
    package var count = 2
    /// How much longer than the shortest lane the longest one may be.
    package var imbalance = 1.3

    package init() {}

    /// As many lanes as can be.
    package static var none: Limits {
      var limits = Limits()
      (limits.gain, limits.share, limits.small, limits.count, limits.imbalance) = (-.infinity, 0, 0, 0, .infinity)
      return limits
    }
  }

  /// The lanes of each section, and in each lane the instructions in order. A section of one lane is one instruction.
  package private(set) var sections: [[[Int]]] = []

  private let works: [Work]
  private let dependencies: [[Int]]
  private let threads: Int
  private let limits: Limits
  private var isDone: [Bool]

  /// The share of its threads that an instruction makes use of.
  private static let efficiency = 0.8
  /// Nanoseconds in which threads begin and meet again.
  private static let fork = 3000.0

  /// Plans instructions that stand in an order in which they could run.
  ///
  /// - Parameters:
  ///   - dependencies: of each instruction, earlier ones that have to be done before.
  ///   - threads: the most lanes of a section.
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

  /// Instructions that can run side by side, where that saves time.
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
    // Where one lane is longer than the others, what is left of it gets all threads afterwards.
    let choices = Set(loads).sorted().map { limit in
      lanes.map { cut($0.indices.sorted(), at: limit) }.filter { !$0.isEmpty }
    }
    let best = choices.filter { $0.count > 1 }.max { gain($0) < gain($1) }
    return best.flatMap { isWorthIt($0) ? $0 : nil }
  }

  /// The parts of what remains that depend on nothing outside them. What depends on several waits for them.
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
