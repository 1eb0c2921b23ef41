import CallCounter
import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// A run of a plan allocates nothing and takes no lock.
@Suite("Plans allocate nothing", .enabled(if: CallCount.works, "allocations can't be counted here"))
struct CallCountTests {
  private func step(_ plan: Plan) throws {
    try plan.compute()
    try plan.commit()
  }

  @Test(arguments: [1, 2], [false, true]) func randomGraphs(threads: Int, asManyLanesAsCanBe: Bool) throws {
    var counted = 0
    let limits = asManyLanesAsCanBe ? PlanSchedule.Limits.none : PlanSchedule.Limits()
    for seed in 0..<200 {
      var generator = SplitMix64(seed: UInt64(seed))
      let (graph, feeds) = try RandomGraph.computing(&generator, dtype: .float32)
      let names = Set(graph.parameters.map(\.name))
      let plan = try Plan(
        graph, state: ProgramState(feeds.filter { names.contains($0.key) }, for: [graph]), threads: threads,
        limits: limits)
      for input in graph.inputs { if let value = feeds[input.name] { plan.set(input.name, to: value) } }
      // The first run starts threads.
      try step(plan)
      let count = try CallCount { try step(plan) }
      guard !plan.instructions.contains(where: \.isCall) else { continue }
      counted += 1
      #expect(count.isClean, "seed \(seed): \(count)")
    }
    #expect(counted > 100)
  }

  /// Work for several threads.
  @Test(arguments: [1, 2]) func largeLoopsAndProducts(threads: Int) throws {
    var builder = GraphBuilder(name: "large")
    try builder.input("x", TensorType(.float32, [256, 512]))
    try builder.parameter("w", TensorType(.float32, [512, 512]))
    let y = try builder.add(.tanh, [builder.add(.gemm, ["x", "w"])])
    let z = try builder.add(.gemm, ["x", y], ["transA": .int(1)])
    try builder.output(builder.add(.reduceSum, [builder.add(.transpose, [z])]))
    builder.update("w", to: try builder.add(.sub, ["w", z]))
    let graph = builder.graph
    let weight = TensorValue(repeating: 0.01, type: TensorType(.float32, [512, 512]))
    let plan = try Plan(graph, state: ProgramState(["w": weight], for: [graph]), threads: threads)
    plan.set("x", to: TensorValue(repeating: 0.5, type: TensorType(.float32, [256, 512])))
    try step(plan)
    let count = try CallCount { try step(plan) }
    #expect(count.isClean, "\(count)")
  }

  @Test(arguments: [2, 3]) func theCounterCounts(threads: Int) {
    // The first run creates threads.
    call_counter_try(Int32(threads))
    let count = CallCount { call_counter_try(Int32(threads)) }
    #expect(count.allocations == threads && count.locks == threads && !count.isClean, "\(count)")
  }
}
