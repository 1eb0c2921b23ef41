import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// Plans compared with the reference kernels.
@Suite struct PlanTests {
  @Test(arguments: Op.allCases) func everyOperator(_ op: Op) throws {
    // The backend determines draws, and a plan's calls go to the fast one.
    guard op.traits.kind != .random else { return }
    for double in OpExamples.examples(of: op) {
      for (example, tolerance) in [(double, 1e-11), (double.withDtype(.float32), 2e-5)] {
        let graph = try example.graph()
        let expected = try Interpreter.run(graph, example.feeds).outputs
        let found = try planned(graph, example.feeds).outputs
        for (name, value) in expected {
          let result = try #require(found[name])
          #expect(mismatch(result, value, relative: tolerance, absolute: tolerance) == nil, "\(example) \(name)")
        }
      }
    }
  }

  @Test(arguments: [DataType.float32, .float64]) func randomGraphs(_ dtype: DataType) throws {
    let tolerance = dtype == .float32 ? 1e-4 : 1e-11
    var instructions = 0
    for seed in 0..<400 {
      var generator = SplitMix64(seed: UInt64(seed))
      let (graph, feeds) = try RandomGraph.computing(&generator, dtype: dtype)
      guard !graph.nodes.contains(where: { $0.op.traits.kind == .random }) else { continue }
      let expected = try Interpreter.run(graph, feeds)
      // Rounding decides once values overflow.
      let numbers = (Array(expected.outputs.values) + Array(expected.updates.values)).flatMap(\.doubles)
      guard numbers.allSatisfy({ abs($0) < 1e4 }) else { continue }
      let found = try planned(graph, feeds)
      for (name, value) in expected.outputs {
        let result = try #require(found.outputs[name])
        #expect(mismatch(result, value, relative: tolerance, absolute: tolerance) == nil, "seed \(seed), \(name)")
      }
      for parameter in graph.parameters {
        let value = try #require(expected.updates[parameter.name] ?? feeds[parameter.name])
        let result = try #require(found.state[parameter.name])
        #expect(
          mismatch(result, value, relative: tolerance, absolute: tolerance) == nil, "seed \(seed), \(parameter.name)")
      }
      instructions += try planned(graph, feeds) == found ? 1 : 0
      for threads in [2, 3] {
        #expect(try planned(graph, feeds, threads: threads, limits: .none) == found, "seed \(seed), \(threads) lanes")
      }
    }
    #expect(instructions > 150, "plans of \(instructions) graphs ran twice with equal bits")
  }

  /// Parameters become their previous values, whatever the order of writes.
  @Test func parametersChangePlaces() throws {
    let type = TensorType(.float32, [3])
    var builder = GraphBuilder(name: "exchange")
    for name in ["a", "b", "c", "d"] { try builder.parameter(name, type) }
    try builder.input("x", type)
    try builder.output(builder.add(.add, ["a", "b"]))
    builder.update("a", to: "b")
    builder.update("b", to: "a")
    builder.update("c", to: "x")
    builder.update("d", to: try builder.add(.mul, ["d", "c"]))
    func value(_ number: Float) -> TensorValue { TensorValue([number, number + 1, number + 2]) }
    let feeds = ["a": value(1), "b": value(10), "c": value(100), "d": value(2), "x": value(7)]
    let found = try planned(builder.graph, feeds)
    #expect(found.state["a"] == value(10) && found.state["b"] == value(1) && found.state["c"] == value(7))
    #expect(found.state["d"] == TensorValue([200, 303, 408] as [Float]))
  }

  /// Two optimisers with different settings, a constant gradient and one that is also an output; a learning rate that
  /// is a constant, an input, or computed from one.
  @Test(arguments: [1, 2], ["constant", "input", "computed"])
  func optimisersAreLoops(threads: Int, rateKind: String) throws {
    var builder = GraphBuilder(name: "step")
    try builder.input("x", TensorType(.float32, [3]))
    try builder.parameter("step", TensorType(.int64, []), isTrainable: false)
    var rate = builder.constant(TensorValue(scalar: Float(0.1)))
    if rateKind != "constant" {
      try builder.input("rate", TensorType(.float32, []))
      rate = rateKind == "input" ? "rate" : try builder.add(.mul, ["rate", rate])
    }
    let one = builder.constant(TensorValue(scalar: Int64(1)))
    let step = try builder.add(.add, ["step", one])
    builder.update("step", to: step)
    var feeds: [String: TensorValue] = [
      "x": TensorValue([1, -2, 3] as [Float]), "step": TensorValue(scalar: Int64(4)),
      "rate": TensorValue(scalar: Float(0.25)),
    ]
    let shapes: [Shape] = [[3], [5, 3], [1], [3], [17]]
    for (index, shape) in shapes.enumerated() {
      let type = TensorType(.float32, shape)
      for name in ["w", "m", "v"] {
        try builder.parameter("\(name)\(index)", type)
        feeds["\(name)\(index)"] = TensorValue(
          (0..<shape.elementCount).map { Float($0 + index) / 8 + 0.5 }, shape: shape)
      }
      let gradient: String
      if shape == [3] {
        gradient = try builder.add(.mul, ["x", "w\(index)"])
      } else {
        gradient = builder.constant(TensorValue(repeating: 0.25, type: type))
      }
      if index == 0 { try builder.output(gradient) }
      let results = try builder.add(
        .adamStep, [rate, step, "w\(index)", gradient, "m\(index)", "v\(index)"],
        ["alpha": .float(index < 3 ? 0.9 : 0.5), "beta": .float(0.999), "epsilon": .float(1e-8)], outputCount: 3)
      for (name, result) in zip(["w", "m", "v"], results) { builder.update("\(name)\(index)", to: result) }
    }
    let graph = builder.graph
    let expected = try Interpreter.run(graph, feeds)
    let found = try planned(graph, feeds, threads: threads)
    #expect(found.outputs == expected.outputs)
    for (name, value) in expected.updates {
      #expect(mismatch(try #require(found.state[name]), value, relative: 1e-6, absolute: 1e-7) == nil, "\(name)")
    }
    let state = ProgramState(feeds.filter { !["x", "rate"].contains($0.key) }, for: [graph])
    let plan = try Plan(graph, state: state, threads: threads)
    #expect(plan.instructions.count { $0.title == "AdamStep" } == 2)
  }

  /// The next value of a parameter can be read in the same run, before the state changes.
  @Test(arguments: ["read", "output"]) func resultsOfOptimisersCanBeRead(_ use: String) throws {
    var builder = GraphBuilder(name: "step")
    try builder.parameter("step", TensorType(.int64, []), isTrainable: false)
    for name in ["w", "m", "v"] { try builder.parameter(name, TensorType(.float32, [3])) }
    let (rate, one) = (
      builder.constant(TensorValue(scalar: Float(0.1))), builder.constant(TensorValue(scalar: Int64(1)))
    )
    let step = try builder.add(.add, ["step", one])
    builder.update("step", to: step)
    let results = try builder.add(
      .adamStep, [rate, step, "w", "w", "m", "v"],
      ["alpha": .float(0.9), "beta": .float(0.999), "epsilon": .float(1e-8)], outputCount: 3)
    for (name, result) in zip(["w", "m", "v"], results) { builder.update(name, to: result) }
    let output = use == "read" ? try builder.add(.mul, [results[0], "w"]) : results[0]
    try builder.output(output)
    let feeds: [String: TensorValue] = [
      "step": TensorValue(scalar: Int64(0)), "w": TensorValue([1, -2, 3] as [Float]),
      "m": TensorValue([0, 0, 0] as [Float]), "v": TensorValue([0, 0, 0] as [Float]),
    ]
    let expected = try Interpreter.run(builder.graph, feeds)
    let found = try planned(builder.graph, feeds)
    #expect(
      mismatch(try #require(found.outputs[output]), try #require(expected.outputs[output]), relative: 1e-6) == nil)
    for (name, value) in expected.updates {
      #expect(mismatch(try #require(found.state[name]), value, relative: 1e-6) == nil, "\(name)")
    }
  }

  /// A loop over [3, 2] needs the tangent, and the matrix product of the tangent needs the result of another part of
  /// that loop. Tangent and product can't be one unit.
  @Test func loopsDoNotNeedThemselves() throws {
    var builder = GraphBuilder(name: "crossing")
    try builder.input("x", TensorType(.float32, [3, 2]))
    try builder.input("y", TensorType(.float32, [1, 2]))
    let low = try builder.add(.exp, ["x"])
    let row = builder.constant(TensorValue([1, 2, 3] as [Float], shape: [1, 3]))
    let product = try builder.add(.gemm, [row, low])
    let tangent = try builder.add(.tanh, ["y"])
    try builder.output(builder.add(.add, [low, tangent]))
    try builder.output(builder.add(.mul, [product, tangent]))
    let feeds = [
      "x": TensorValue([0, 0.5, -1, 1, 0.25, 2] as [Float], shape: [3, 2]),
      "y": TensorValue([0.5, -0.25] as [Float], shape: [1, 2]),
    ]
    let expected = try Interpreter.run(builder.graph, feeds).outputs
    for (name, value) in try planned(builder.graph, feeds).outputs {
      #expect(mismatch(value, try #require(expected[name]), relative: 1e-6, absolute: 1e-6) == nil)
    }
  }

  /// A matrix product with its bias and activation, wide and narrow.
  @Test(arguments: [Op.relu, .leakyRelu], [1, 3, 17]) func productsWithActivations(activation: Op, columns: Int) throws
  {
    var builder = GraphBuilder(name: "product")
    var random = SplitMix64(seed: 4)
    var feeds: [String: TensorValue] = [:]
    for (name, shape) in [("x", [40, 9]), ("w", [columns, 9]), ("bias", [columns])] as [(String, Shape)] {
      try builder.input(name, TensorType(.float32, shape))
      feeds[name] = random.value(.float32, shape, special: false)
    }
    let product = try builder.add(.gemm, ["x", "w", "bias"], ["transB": .int(1)])
    try builder.output(builder.add(activation, [product]))
    let expected = try #require(Interpreter.run(builder.graph, feeds).outputs.values.first)
    let found = try #require(planned(builder.graph, feeds).outputs.values.first)
    #expect(mismatch(found, expected, relative: 1e-6, absolute: 1e-5) == nil)
    let plan = try Plan(builder.graph, state: ProgramState([:], for: []), threads: 1)
    #expect(plan.instructions.count == 1)
  }

  /// Clip is a part of the loop around it, with constant and computed bounds.
  @Test(arguments: [["low", "high"], ["low", ""], ["", "high"], ["", ""]]) func clippingIsPartOfALoop(bounds: [String])
    throws
  {
    var builder = GraphBuilder(name: "clip")
    try builder.input("x", TensorType(.float32, [2, 4]))
    try builder.input("high", TensorType(.float32, []))
    let low = builder.constant(TensorValue(scalar: Float(-0.5)))
    let names = bounds.map { $0 == "low" ? low : $0 }
    let clipped = try builder.add(.clip, [builder.add(.mul, ["x", "x"])] + names, outputCount: 1)[0]
    try builder.output(builder.add(.clip, [builder.add(.sub, [clipped, "x"])] + names, outputCount: 1)[0])
    let feeds = [
      "x": TensorValue([0, -1, 2, -0.25, .nan, .infinity, -0.0, 0.75] as [Float], shape: [2, 4]),
      "high": TensorValue(scalar: Float(0.625)),
    ]
    let expected = try Interpreter.run(builder.graph, feeds).outputs
    #expect(
      mismatch(try #require(planned(builder.graph, feeds).outputs.values.first), try #require(expected.values.first))
        == nil
    )
    let plan = try Plan(builder.graph, state: ProgramState([:], for: []), threads: 1)
    #expect(plan.instructions.count == 1 && plan.instructions[0].title.contains("Clip") == false)
  }

  @Test func whatDoesNotFitIsNamed() throws {
    var builder = GraphBuilder(name: "step", symbols: ["batch"])
    try builder.input("x", TensorType(.float32, [-1, 2]))
    try builder.parameter("w", TensorType(.float32, [2]))
    try builder.output(builder.add(.mul, ["x", "w"]))
    let graph = builder.graph
    func error(_ tensors: [String: TensorValue]) -> ExecutionError? {
      #expect(throws: ExecutionError.self) { try Plan(graph, state: ProgramState(tensors, for: [graph])) }
    }
    let symbolic = error(["w": TensorValue([1, 2] as [Float])])
    #expect(symbolic?.code == .wrongType && symbolic?.message.contains("float32[batch, 2]") == true)
    var fixed = graph
    fixed.inputs[0].type = TensorType(.float32, [1, 2])
    fixed.outputs[0].type = TensorType(.float32, [1, 2])
    let missing = #expect(throws: ExecutionError.self) { try Plan(fixed, state: ProgramState([:], for: [])) }
    #expect(missing?.code == .missingValue && missing?.message.contains("'w'") == true)
    let wrong = #expect(throws: ExecutionError.self) {
      try Plan(fixed, state: ProgramState(["w": TensorValue([1, 2, 3] as [Float])], for: []))
    }
    #expect(wrong?.code == .wrongType && wrong?.message.contains("float32[3]") == true)
  }

  /// Buffers with overlapping lifetimes do not overlap in memory, and memory is reused.
  @Test(arguments: [1, 3]) func memoryIsSharedByTurns(lanes: Int) throws {
    var generator = SplitMix64(seed: 3)
    for _ in 0..<200 {
      // Positions in order, in sections of up to three lanes.
      var moments: [PlanMoment] = []
      while moments.count < 30 {
        let count = generator.int(1...lanes)
        let section = (moments.last?.section ?? -1) + 1
        for lane in 0..<count {
          for _ in 0..<(count == 1 ? 1 : generator.int(1...3)) {
            moments.append(PlanMoment(section: section, lane: lane, position: moments.count))
          }
        }
      }
      let requests = (0..<generator.int(0...40)).map { _ in
        let first = generator.int(0...20)
        let (a, b) = (moments[first], moments[first + generator.int(0...6)])
        return MemoryPlanner.Request(
          size: generator.int(0...1000), first: PlanMoment.earlier(a, b), last: PlanMoment.later(a, b))
      }
      let (offsets, size) = MemoryPlanner.plan(requests)
      for (index, request) in requests.enumerated() where request.size > 0 {
        #expect(offsets[index] % 64 == 0 && offsets[index] + request.size <= size)
        for other in requests.indices.dropFirst(index + 1) where requests[other].size > 0 {
          let isApart =
            offsets[index] + request.size <= offsets[other] || offsets[other] + requests[other].size <= offsets[index]
          #expect(isApart || isOver(request, before: requests[other]) || isOver(requests[other], before: request))
        }
      }
    }
    let chain = (0..<100).map {
      MemoryPlanner.Request(
        size: 64, first: PlanMoment(alone: $0, section: $0), last: PlanMoment(alone: $0 + 1, section: $0 + 1))
    }
    #expect(MemoryPlanner.plan(chain).size == 128)
  }

  /// Whether all uses of a buffer have run before the other one is written: in an earlier section, or earlier in the
  /// only lane.
  private func isOver(_ a: MemoryPlanner.Request, before b: MemoryPlanner.Request) -> Bool {
    if a.last.section != b.first.section { return a.last.section < b.first.section }
    return a.last.lane != nil && a.last.lane == b.first.lane && a.last.position < b.first.position
  }
}
