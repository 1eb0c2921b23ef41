import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// Tensors without elements in kernels and plans, compared with the reference kernels.
@Suite struct EmptyTensorTests {
  @Test(arguments: Op.allCases) func everyOperator(_ op: Op) throws {
    // The backend determines the draws of a seed.
    guard op.traits.kind != .random else { return }
    for double in OpExamples.examples(of: op).flatMap({ $0.emptied() }) {
      for (example, tolerance) in [(double, 1e-11), (double.withDtype(.float32), 2e-5)] {
        // An error occurs in every execution.
        let expected = try? example.evaluate()
        let found = try? example.evaluate(on: CPUBackend(threads: 2))
        #expect(found?.map(\.type) == expected?.map(\.type), "\(example) \(example.inputs)")
        for (index, (result, value)) in zip(found ?? [], expected ?? []).enumerated() {
          #expect(
            mismatch(result, value, relative: tolerance, absolute: tolerance) == nil,
            "\(example) \(example.inputs), output \(index)")
        }
        let results = try? planned(example.graph(), example.feeds).outputs
        #expect((results == nil) == (expected == nil), "\(example) \(example.inputs)")
        for (index, value) in (expected ?? []).enumerated() where results != nil {
          let result = try #require(results?["y\(index)"])
          #expect(
            mismatch(result, value, relative: tolerance, absolute: tolerance) == nil,
            "\(example) \(example.inputs), output \(index) of a plan")
        }
      }
    }
  }

  @Test(arguments: [DataType.float32, .float64]) func randomGraphs(_ dtype: DataType) throws {
    let tolerance = dtype == .float32 ? 1e-4 : 1e-11
    var count = 0
    for seed in 0..<300 {
      var generator = SplitMix64(seed: UInt64(seed))
      let (graph, feeds) = try RandomGraph.computing(&generator, dtype: dtype, hasEmpty: true)
      guard !graph.nodes.contains(where: { $0.op == .randomUniform || $0.op == .dropout }) else { continue }
      let expected = try Interpreter.run(graph, feeds)
      // Rounding decides once values overflow.
      let numbers = (Array(expected.outputs.values) + Array(expected.updates.values)).flatMap(\.doubles)
      guard !numbers.contains(where: { $0.isFinite && abs($0) >= 1e4 }) else { continue }
      let found = try planned(graph, feeds)
      for (name, value) in expected.outputs {
        let result = try #require(found.outputs[name])
        #expect(mismatch(result, value, relative: tolerance, absolute: tolerance) == nil, "seed \(seed), \(name)")
      }
      for (name, value) in expected.updates {
        let result = try #require(found.state[name])
        #expect(mismatch(result, value, relative: tolerance, absolute: tolerance) == nil, "seed \(seed), \(name)")
      }
      for threads in [2, 3] {
        let lanes = try planned(graph, feeds, threads: threads, limits: .none)
        for (name, value) in found.outputs.merging(found.state, uniquingKeysWith: { first, _ in first }) {
          let result = try #require(lanes.outputs[name] ?? lanes.state[name])
          #expect(mismatch(result, value) == nil, "seed \(seed), \(threads) lanes, \(name)")
        }
      }
      count += 1
    }
    #expect(count > 150)
  }

  /// Twin critics of states and actions, in two lanes, with and without samples.
  @Test(arguments: [0, 5], [1, 2]) func twinCritics(batch: Int, threads: Int) throws {
    var builder = GraphBuilder(name: "twins")
    var random = SplitMix64(seed: 5)
    var feeds: [String: TensorValue] = [:]
    for (name, width) in [("state", 3), ("action", 2)] {
      try builder.input(name, TensorType(.float32, [batch, width]))
      feeds[name] = random.value(.float32, [batch, width], special: false)
    }
    var values: [String] = []
    for twin in ["a", "b"] {
      var value = try builder.add(.concat, ["state", "action"], ["axis": .int(1)])
      for (layer, shape) in ([[8, 5], [8, 8], [1, 8]] as [Shape]).enumerated() {
        let (weight, bias) = ("\(twin)\(layer).weight", "\(twin)\(layer).bias")
        try builder.parameter(weight, TensorType(.float32, shape))
        try builder.parameter(bias, TensorType(.float32, [shape[0]]))
        feeds[weight] = random.value(.float32, shape, special: false)
        feeds[bias] = random.value(.float32, [shape[0]], special: false)
        value = try builder.add(.tanh, [builder.add(.gemm, [value, weight, bias], ["transB": .int(1)])])
      }
      values.append(value)
      let parts = try builder.add(.split, [value], ["axis": .int(1), "num_outputs": .int(1)], outputCount: 1)
      try builder.output(builder.add(.reduceMean, [parts[0]]))
    }
    try builder.output(builder.add(.min, values))
    let expected = try Interpreter.run(builder.graph, feeds).outputs
    let found = try planned(builder.graph, feeds, threads: threads, limits: .none).outputs
    for (name, value) in expected {
      #expect(mismatch(try #require(found[name]), value, relative: 1e-5, absolute: 1e-5) == nil, "\(name)")
    }
  }

  /// A U-Net of one level: the output of the lower level is concatenated with the skip connection.
  @Test(arguments: [0, 2], [1, 2]) func uNets(batch: Int, threads: Int) throws {
    var builder = GraphBuilder(name: "unet")
    var random = SplitMix64(seed: 6)
    try builder.input("x", TensorType(.float32, [batch, 16, 8, 8]))
    var feeds = ["x": random.value(.float32, [batch, 16, 8, 8], special: false)]
    func weight(_ name: String, _ shape: Shape) throws {
      try builder.parameter(name, TensorType(.float32, shape))
      feeds[name] = TensorValue((0..<shape.elementCount).map { Float($0 % 7 - 3) / 32 }, shape: shape)
    }
    try weight("down", [16, 16, 3, 3])
    try weight("up", [16, 16, 2, 2])
    try weight("out", [3, 32, 1, 1])
    let across = try builder.add(.conv, ["x", "down"], ["pads": .ints([1, 1, 1, 1])])
    let down = try builder.add(.conv, [across, "down"], ["pads": .ints([1, 1, 1, 1]), "strides": .ints([2, 2])])
    let up = try builder.add(.convTranspose, [down, "up"], ["strides": .ints([2, 2])])
    let joined = try builder.add(.concat, [across, up], ["axis": .int(1)])
    try builder.output(builder.add(.conv, [joined, "out"]))
    for part in try builder.add(.split, [joined], ["axis": .int(1), "num_outputs": .int(2)], outputCount: 2) {
      try builder.output(builder.add(.reduceSum, [part]))
    }
    let expected = try Interpreter.run(builder.graph, feeds).outputs
    let found = try planned(builder.graph, feeds, threads: threads).outputs
    for (name, value) in expected {
      let scale = value.doubles.map(abs).max() ?? 0
      let result = try #require(found[name])
      #expect(mismatch(result, value, relative: 1e-4, absolute: 1e-5 * (1 + scale)) == nil, "\(name)")
    }
  }

  /// One loop of an optimiser over parameters, some without elements.
  @Test(arguments: [[[0], [3], [0, 4], [2, 2], [0]], [[0]], [[0], [0, 2]]] as [[Shape]], [1, 2])
  func optimisers(shapes: [Shape], threads: Int) throws {
    var builder = GraphBuilder(name: "step")
    try builder.parameter("step", TensorType(.int64, []), isTrainable: false)
    let one = builder.constant(TensorValue(scalar: Int64(1)))
    let step = try builder.add(.add, ["step", one])
    builder.update("step", to: step)
    let rate = builder.constant(TensorValue(scalar: Float(0.1)))
    var feeds = ["step": TensorValue(scalar: Int64(4))]
    for (index, shape) in shapes.enumerated() {
      for name in ["w", "m", "v"] {
        try builder.parameter("\(name)\(index)", TensorType(.float32, shape))
        feeds["\(name)\(index)"] = TensorValue(
          (0..<shape.elementCount).map { Float($0 + index) / 8 + 0.5 }, shape: shape)
      }
      let gradient = try builder.add(.tanh, ["w\(index)"])
      let results = try builder.add(
        .adamStep, [rate, step, "w\(index)", gradient, "m\(index)", "v\(index)"],
        ["alpha": .float(0.9), "beta": .float(0.999), "epsilon": .float(1e-8)], outputCount: 3)
      for (name, result) in zip(["w", "m", "v"], results) { builder.update("\(name)\(index)", to: result) }
    }
    let expected = try Interpreter.run(builder.graph, feeds).updates
    let found = try planned(builder.graph, feeds, threads: threads).state
    for (name, value) in expected {
      #expect(mismatch(try #require(found[name]), value, relative: 1e-6, absolute: 1e-7) == nil, "\(name)")
    }
  }
}
