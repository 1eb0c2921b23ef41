import GraphRuntime
import GraphIR
import TestSupport
import Testing

/// Convolutions in plans, which keep tensors in blocked layouts between them, compared with the reference kernels.
@Suite struct ConvolutionPlanTests {
  /// Calls on images of two sizes and several numbers of channels, in blocks of 16 and others. Any call reads the
  /// result of any other that fits.
  private struct Chain {
    var generator: SplitMix64
    var builder = GraphBuilder(name: "chain")
    var values: [String] = []

    /// - Parameter isEmpty: whether most images have no pixels, or there are no images.
    mutating func make(isEmpty: Bool = false) throws {
      let (samples, width) = isEmpty ? generator.pick([(0, 5), (2, 0)]) : (2, 5)
      for (index, shape) in ([[samples, 16, 5, width], [samples, 3, 5, width], [2, 32, 3, 3]] as [Shape]).enumerated() {
        values.append(try builder.input("x\(index)", TensorType(.float32, shape)))
      }
      for (name, shape) in [
        ("w0", [16, 16, 3, 3]), ("w1", [32, 16, 3, 3]), ("w2", [16, 3, 3, 3]), ("w3", [16, 8, 3, 3]), ("b0", [16]),
        ("b1", [32]),
      ] as [(String, Shape)] { try builder.parameter(name, TensorType(.float32, shape)) }
      for _ in 0..<generator.int(8...20) { try step() }
      for value in values.suffix(3) { try builder.output(builder.add(.reduceSum, [value, axes([0, 2, 3])])) }
      let last = values[values.count - 1]
      if !builder.graph.inputs.contains(where: { $0.name == last }) { try builder.output(last) }
      // Gradients of one weight, summed in their blocked layout.
      let gradients = try values.filter { try builder.type(of: $0).shape == [16, 16, 3, 3] }
      if let first = gradients.first {
        let sum = try gradients.dropFirst().reduce(first) { try builder.add(.add, [$0, $1]) }
        builder.update("w0", to: try builder.add(.sub, ["w0", sum]))
      }
    }

    mutating func feeds() -> [String: TensorValue] {
      let graph = builder.graph
      var feeds: [String: TensorValue] = [:]
      for (name, type) in graph.inputs.map({ ($0.name, $0.type) }) + graph.parameters.map({ ($0.name, $0.type) }) {
        feeds[name] = TensorValue(
          (0..<type.shape.elementCount).map { _ in Float(generator.int(-8...8)) / 32 }, shape: type.shape)
      }
      return feeds
    }

    private mutating func axes(_ axes: [Int]) -> String { builder.constant(TensorValue(integers: axes)) }

    private mutating func call(_ op: Op, _ inputs: [String], _ attributes: Attributes = [:]) {
      if let output = try? builder.add(op, inputs, attributes) { values.append(output) }
    }

    private mutating func step() throws {
      let x = generator.pick(Array(values.suffix(5)))
      let similar = try values.filter { try builder.type(of: $0) == builder.type(of: x) }
      let (weight, bias) = (generator.pick(["w0", "w0", "w1", "w2", "w3"]), generator.pick(["b0", "b1", ""]))
      let window: Attributes = [
        "pads": .ints([1, 1, 1, 1]), "strides": .ints(generator.pick([[1, 1], [1, 1], [2, 2]])),
        "group": .int(weight == "w3" ? 2 : 1),
      ]
      switch generator.int(0...9) {
      case 0, 1, 2: call(.conv, bias.isEmpty ? [x, weight] : [x, weight, bias], window)
      case 3, 4: call(.convTranspose, bias.isEmpty ? [x, weight] : [x, weight, bias], window)
      case 5:
        let kernel: Attributes = [
          "pads": .ints([1, 1, 1, 1]), "strides": .ints([1, 1]), "kernel_shape": .ints([3, 3]),
        ]
        call(.convWeightGrad, [x, generator.pick(values)], kernel)
      case 6: call(.leakyRelu, [x], ["alpha": .float(0.25)])
      case 7: call(generator.pick([.add, .mul]), [x, generator.pick(similar)])
      case 8: call(.leakyReluGrad, [x, generator.pick(similar)], ["alpha": .float(0.25)])
      default:
        let column = builder.constant(TensorValue(integers: [1, -1, 1, 1]))
        if let bias = try? builder.add(.reshape, [generator.pick(["b0", "b1"]), column]) { call(.mul, [x, bias]) }
      }
    }
  }

  @Test(arguments: [1, 2]) func randomChains(threads: Int) throws {
    var convolutions = 0
    for seed in 0..<120 {
      var chain = Chain(generator: SplitMix64(seed: UInt64(seed)))
      try chain.make()
      let graph = chain.builder.graph
      let feeds = chain.feeds()
      let expected = try Interpreter.run(graph, feeds)
      let state = ProgramState(feeds.filter { !$0.key.hasPrefix("x") }, for: [graph])
      let plan = try Plan(graph, state: state, threads: threads)
      // Two runs: the first one must leave nothing behind.
      for _ in 0..<2 {
        for input in graph.inputs { plan.set(input.name, to: try #require(feeds[input.name])) }
        try plan.compute()
      }
      for (name, value) in expected.outputs {
        let scale = value.doubles.map(abs).max() ?? 0
        #expect(
          mismatch(plan.output(name), value, relative: 1e-4, absolute: 1e-5 * (1 + scale)) == nil,
          "seed \(seed) \(name)")
      }
      try plan.commit()
      for (name, value) in expected.updates {
        let scale = value.doubles.map(abs).max() ?? 0
        let found = try #require(state.tensors[name])
        #expect(mismatch(found, value, relative: 1e-4, absolute: 1e-5 * (1 + scale)) == nil, "seed \(seed) \(name)")
      }
      #expect(!plan.instructions.contains { $0.isCall }, "seed \(seed)")
      convolutions += plan.instructions.count { $0.title.hasPrefix("Conv") }
    }
    #expect(convolutions > 200)
  }

  /// Batches without samples and images without pixels, together with others.
  @Test(arguments: [1, 2]) func emptyChains(threads: Int) throws {
    var convolutions = 0
    for seed in 0..<60 {
      var chain = Chain(generator: SplitMix64(seed: UInt64(seed)))
      try chain.make(isEmpty: true)
      let graph = chain.builder.graph
      let feeds = chain.feeds()
      let expected = try Interpreter.run(graph, feeds)
      let found = try planned(graph, feeds, threads: threads)
      for (name, value) in expected.outputs.merging(expected.updates, uniquingKeysWith: { first, _ in first }) {
        let scale = value.doubles.map(abs).max() ?? 0
        let result = try #require(found.outputs[name] ?? found.state[name])
        #expect(
          mismatch(result, value, relative: 1e-4, absolute: 1e-5 * (1 + scale)) == nil, "seed \(seed) \(name)")
      }
      convolutions += graph.nodes.count { $0.op == .conv }
    }
    #expect(convolutions > 15)
  }
}
