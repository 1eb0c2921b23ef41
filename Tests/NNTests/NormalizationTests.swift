import Autograd
import GraphIR
import NN
import TestSupport
import Testing

/// A layer that lets no gradient through is refused when its network is built, and no other layer is.
@Suite struct NormalizationTests {
  enum Kind: String, CaseIterable {
    case layerNorm, layerNorm2, rmsNorm, groupNorm, groupNorm2, instanceNorm, batchNorm, softmax, softmax1

    var layer: any Layer {
      switch self {
      case .layerNorm: LayerNorm()
      case .layerNorm2: LayerNorm(axes: 2)
      case .rmsNorm: RMSNorm()
      case .groupNorm: GroupNorm(1)
      case .groupNorm2: GroupNorm(2)
      case .instanceNorm: InstanceNorm(affine: true)
      case .batchNorm: BatchNorm()
      case .softmax: Softmax()
      case .softmax1: Softmax(axis: 1)
      }
    }

    /// The number of values that are normalised together, from the papers' definitions.
    func count(_ batch: Int, _ shape: [Int]) -> Int {
      switch self {
      case .layerNorm, .rmsNorm, .softmax: shape[shape.count - 1]
      case .layerNorm2: shape.suffix(2).reduce(1, *)
      case .groupNorm: shape.reduce(1, *)
      case .groupNorm2: shape.reduce(1, *) / 2
      case .instanceNorm: shape.dropFirst().reduce(1, *)
      case .batchNorm: batch * shape.dropFirst().reduce(1, *)
      case .softmax1: shape[0]
      }
    }
  }

  @Test(arguments: Kind.allCases) func refusedIfAndOnlyIfNoGradientComesThrough(_ kind: Kind) throws {
    var random = SplitMix64(seed: 9)
    var refused = 0
    for shape in [1, 2, 3].flatMap({ a in [1, 2].flatMap { b in [[a], [a, b], [a, b, 1], [a, 1, b], [a, b, 2]] } }) {
      for batch in [1, 2] {
        let network: Sequential
        do {
          network = try Sequential("one", input: shape, layers: [kind.layer], dtype: .float64, batch: batch)
        } catch let error as NNError {
          // Other reasons: too few axes, channels that do not divide into groups.
          guard error.description.contains("gradient") else { continue }
          #expect(kind.count(batch, shape) == 1, "\(shape): \(error)")
          #expect(error.description.contains("1: the input is ") && error.description.contains("\(Shape(shape))"))
          refused += 1
          continue
        }
        var stream = RandomStream(seed: 1, name: "init")
        let parameters = network.initialParameters(from: &stream).mapValues { Tensor($0) }
        let type = TensorType(.float64, Shape([batch] + shape))
        func values() -> Tensor {
          Tensor(TensorValue((0..<type.shape.elementCount).map { _ in random.double(0.5...2) }, shape: type.shape))
        }
        let x = values().detached(requiresGrad: true)
        let gradient = try grad((Network(network.graph, parameters: parameters)(x) * values()).sum(), x)
        #expect(kind.count(batch, shape) > 1, "\(shape) was not refused")
        #expect(gradient.value.doubles.contains { abs($0) > 1e-9 }, "\(shape) lets nothing through")
      }
    }
    #expect(refused > 0)
  }

  /// With an unknown batch, a layer is refused only if it is refused for every batch.
  @Test func theBatchMayBeUnknown() throws {
    _ = try Sequential("one", input: [3], layers: [BatchNorm()])
    #expect(throws: NNError.self) { try Sequential("one", input: [3], layers: [BatchNorm()], batch: 1) }
    #expect(throws: NNError.self) { try Sequential("one", input: [1], layers: [LayerNorm()]) }
    _ = try Sequential("one", input: [3, 2], layers: [BatchNorm()], batch: 1)
  }

  @Test func layersInsideOthersAreNamed() throws {
    let layers: [any Layer] = [Linear(1), Residual([Activation.relu, LayerNorm()])]
    let error = #expect(throws: NNError.self) { try Sequential("net", input: [3], layers: layers) }
    let expected = """
      network 'net', layer 2 of 2: residual1, layer 2 of 2: residual1.layernorm1: the input is samples of [1], \
      expected more than 1 value at a time to normalise: a single value becomes 0, and no gradient passes; leave \
      it out
      """
    #expect(error?.description == expected)
  }

  /// Graphs without layers.
  @Test func graphsAreCheckedToo() throws {
    func graph(_ op: Op, _ shape: Shape, _ attributes: Attributes, _ parameters: Int, outputs: Int = 1) throws -> Graph
    {
      var builder = GraphBuilder(name: "net", symbols: ["batch"])
      try builder.input("x", TensorType(.float32, shape))
      let names = try (0..<parameters).map { try builder.parameter("p\($0)", TensorType(.float32, [shape[1]])) }
      try builder.output(builder.add(op, ["x"] + names, attributes, outputCount: outputs)[0])
      return builder.graph
    }
    let training: Attributes = ["training_mode": .int(1)]
    let batchNorm = try graph(.batchNormalization, [-1, 3], training, 4, outputs: 3)
    let error = #expect(throws: NNError.self) { try batchNorm.checkNormalizations(batch: 1) }
    let named = "node 'batchnormalization' (BatchNormalization): the input is a batch of 1 "
    #expect(error?.description.hasPrefix(named) == true)
    try batchNorm.checkNormalizations(batch: 2)
    try batchNorm.checkNormalizations(batch: nil)
    // Gradients flow through running statistics.
    try graph(.batchNormalization, [-1, 3], [:], 4).checkNormalizations(batch: 1)
    #expect(throws: NNError.self) { try graph(.logSoftmax, [-1, 1], [:], 0).checkNormalizations(batch: 5) }
    try graph(.logSoftmax, [-1, 2], [:], 0).checkNormalizations(batch: 5)
    #expect(throws: NNError.self) { try graph(.layerNormalization, [-1, 1], [:], 1).checkNormalizations(batch: nil) }
  }
}
