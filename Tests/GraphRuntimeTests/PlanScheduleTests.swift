import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// Instructions that run at the same time.
@Suite struct PlanScheduleTests {
  private typealias Work = PlanSchedule.Work

  /// Every instruction runs once, and after all its dependencies.
  @Test(arguments: [1, 2, 3, 8], [false, true]) func randomDependencies(threads: Int, asManyLanesAsCanBe: Bool) {
    var (sections, generator) = (0, SplitMix64(seed: 11))
    for _ in 0..<300 {
      let count = generator.int(0...40)
      let works = (0..<count).map { _ in
        Work(
          nanoseconds: Double(generator.int(1...60)) * 1000, isWide: generator.int(0...1) == 0,
          isAlone: generator.int(0...9) == 0)
      }
      let dependencies = (0..<count).map { index in
        index == 0 ? [] : Set((0..<generator.int(0...2)).map { _ in generator.int(0...(index - 1)) }).sorted()
      }
      let schedule = PlanSchedule(
        works, dependencies: dependencies, threads: threads, limits: asManyLanesAsCanBe ? .none : .init())
      #expect(schedule.sections.flatMap { $0.joined() }.sorted() == Array(0..<count))
      var place: [Int: (section: Int, lane: Int, position: Int)] = [:]
      for (section, lanes) in schedule.sections.enumerated() {
        #expect(lanes.count <= threads && lanes.allSatisfy { !$0.isEmpty } && (lanes.count > 1 || lanes[0].count == 1))
        if lanes.count > 1 {
          sections += 1
          #expect(lanes.joined().allSatisfy { !works[$0].isAlone })
        }
        for (lane, indices) in lanes.enumerated() {
          for (position, index) in indices.enumerated() { place[index] = (section, lane, position) }
        }
      }
      for (index, needed) in dependencies.enumerated() {
        for other in needed {
          guard let a = place[other], let b = place[index] else { continue }
          #expect(a.section < b.section || (a.section == b.section && a.lane == b.lane && a.position < b.position))
        }
      }
    }
    let (least, most) = threads == 1 ? (0, 0) : asManyLanesAsCanBe || threads == 2 ? (50, .max) : (0, .max)
    #expect((least...most).contains(sections))
  }

  /// After a common start, two networks of three layers, and then an operation that needs both.
  @Test func twinsRunSideBySide() {
    let works = (0..<8).map { _ in Work(nanoseconds: 100_000, isWide: true) }
    let dependencies = [[], [0], [0], [1], [2], [3], [4], [5, 6]]
    let schedule = PlanSchedule(works, dependencies: dependencies, threads: 2)
    #expect(schedule.sections == [[[0]], [[1, 3, 5], [2, 4, 6]], [[7]]])
    // With eight threads, each matrix product is faster alone.
    #expect(PlanSchedule(works, dependencies: dependencies, threads: 8).sections.allSatisfy { $0.count == 1 })
  }

  /// Two matrix products that read one tensor, such as the gradients of a layer's weights and of its input, use all
  /// threads one after the other.
  @Test func singleProductsTakeTurns() {
    let works = (0..<3).map { _ in Work(nanoseconds: 100_000, isWide: true) }
    let schedule = PlanSchedule(works, dependencies: [[], [0], [0]], threads: 2)
    #expect(schedule.sections == [[[0]], [[1]], [[2]]])
  }

  /// Lanes that save less than their start costs.
  @Test func whatTakesNoTimeIsNotDivided() {
    let works = (0..<8).map { _ in Work(nanoseconds: 900) }
    let schedule = PlanSchedule(works, dependencies: [[], [], [0], [1], [2], [3], [4], [5]], threads: 2)
    #expect(schedule.sections.allSatisfy { $0.count == 1 })
  }

  /// The longer lane's surplus comes afterwards.
  @Test func theRestOfALongLaneComesLater() {
    var works = (0..<8).map { _ in Work(nanoseconds: 100_000, isWide: true) }
    works.append(Work(nanoseconds: 90_000, isWide: true))
    let dependencies = [[], [], [0], [1], [2], [3], [4], [5], [7]]
    let schedule = PlanSchedule(works, dependencies: dependencies, threads: 2)
    #expect(schedule.sections == [[[1, 3, 5, 7], [0, 2, 4, 6]], [[8]]])
  }

  /// Lanes compute the same bits as sequential instructions.
  @Test func lanesOfAPlan() throws {
    let type = TensorType(.float32, [256, 256])
    var builder = GraphBuilder(name: "twins")
    try builder.input("x", type)
    var results: [String] = []
    var tensors: [String: TensorValue] = [:]
    var generator = SplitMix64(seed: 5)
    func random() -> TensorValue {
      TensorValue((0..<256 * 256).map { _ in Float(generator.int(-500...500)) / 4000 }, shape: type.shape)
    }
    for twin in ["a", "b"] {
      var value = "x"
      for layer in 1...3 {
        let weight = "\(twin)\(layer)"
        try builder.parameter(weight, type)
        tensors[weight] = random()
        value = try builder.add(.tanh, [builder.add(.gemm, [value, weight])])
      }
      results.append(value)
    }
    try builder.output(builder.add(.sub, results))
    let graph = builder.graph
    let (x, output) = (random(), graph.outputs[0].name)
    let values = try [1, 2].map { threads in
      let plan = try Plan(graph, state: ProgramState(tensors, for: [graph]), threads: threads)
      plan.set("x", to: x)
      let lanes = plan.instructions.map(\.lane)
      #expect(
        threads == 1 ? lanes.allSatisfy { $0 == nil } : lanes.count { $0 == 1 } == 5 && lanes.count { $0 == 2 } == 5)
      try plan.compute()
      let value = plan.output(output)
      for _ in 0..<50 {
        try plan.compute()
        #expect(plan.output(output) == value)
      }
      return value
    }
    #expect(values[0] == values[1] && values[0].doubles.contains { $0 != 0 })
  }
}
