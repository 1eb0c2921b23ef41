/// The parameters of RNN, GRU or LSTM besides tensors: extents, directions and activations.
struct RecurrentCall: Sendable {
  /// The number of gates in W, R and B, and the activations of a direction.
  struct Kind: Sendable {
    let gates: Int
    /// The default activations of a direction.
    let activations: [String]
    /// Whether there is a cell besides the hidden state.
    var hasCell = false
  }

  let kind: Kind
  let steps, batch, inputSize, hiddenSize: Int
  /// Whether each direction runs from the last step to the first.
  let isReversed: [Bool]
  /// The activations of each direction.
  let activations: [[RecurrentActivation]]
  /// The bound of the inputs of activations; nil for none.
  let clip: Double?
  /// Whether the batch is the first axis (layout 1).
  let isBatchFirst: Bool

  var directions: Int { isReversed.count }

  /// Checks and reads the shapes and attributes of a node. `error` creates errors.
  init(
    _ kind: Kind, x: Shape, r: Shape, _ attributes: ResolvedAttributes,
    error: (GraphError.Code, String) -> GraphError
  ) throws {
    self.kind = kind
    let layout = attributes.int("layout") ?? 0
    guard (0...1).contains(layout) else { throw error(.attribute, "'layout' is \(layout), expected 0 or 1") }
    isBatchFirst = layout == 1
    guard x.rank == 3, r.rank == 3 else { throw error(.shape, "X is \(x) and R is \(r), expected rank 3 of both") }
    (steps, batch, inputSize) = isBatchFirst ? (x[1], x[0], x[2]) : (x[0], x[1], x[2])
    guard steps > 0 else {
      throw error(.shape, "X is \(x), expected a known number of steps of at least 1 on axis \(layout)")
    }
    hiddenSize = r[2]
    guard hiddenSize > 0, attributes.int("hidden_size") ?? hiddenSize == hiddenSize else {
      let attribute = attributes.int("hidden_size").map { " and 'hidden_size' \($0)" } ?? ""
      throw error(.shape, "R is \(r)\(attribute), expected one hidden size of at least 1")
    }
    switch attributes.string("direction") {
    case "forward": isReversed = [false]
    case "reverse": isReversed = [true]
    case "bidirectional": isReversed = [false, true]
    case let other:
      throw error(.attribute, "'direction' is '\(other ?? "")', expected forward, reverse or bidirectional")
    }
    clip = attributes.float("clip").map(Double.init)
    if let clip, !(clip > 0) { throw error(.attribute, "'clip' is \(clip), expected a number above 0") }

    var names = isReversed.flatMap { _ in kind.activations }
    if case .strings(let given)? = attributes.set["activations"] { names = given }
    guard names.count == isReversed.count * kind.activations.count else {
      throw error(
        .attribute, "\(names.count) activations, expected \(isReversed.count * kind.activations.count)")
    }
    func numbers(_ name: String) -> ArraySlice<Float> {
      if case .floats(let numbers)? = attributes.set[name] { numbers[...] } else { [] }
    }
    var (alphas, betas) = (numbers("activation_alpha"), numbers("activation_beta"))
    let functions = try names.map { try RecurrentActivation($0, &alphas, &betas, error: error) }
    activations = isReversed.indices.map {
      Array(functions[$0 * kind.activations.count..<($0 + 1) * kind.activations.count])
    }
  }

  /// Reads a checked node.
  init(_ kind: Kind, _ context: EvaluationContext) throws {
    try self.init(kind, x: context.input(0).shape, r: context.input(2).shape, context.attributes) { GraphError($0, $1) }
  }

  /// Reads a checked node.
  init(_ kind: Kind, _ composer: Composer) throws {
    try self.init(
      kind, x: composer.shape(composer.input(0)), r: composer.shape(composer.input(2)), composer.attributes
    ) { GraphError($0, $1) }
  }

  /// The shape of Y.
  var outputShape: Shape {
    isBatchFirst ? [batch, steps, directions, hiddenSize] : [steps, directions, batch, hiddenSize]
  }

  /// The shape of the first and the last states.
  var stateShape: Shape { isBatchFirst ? [batch, directions, hiddenSize] : [directions, batch, hiddenSize] }

  /// The expected shapes of W, R, B, sequence_lens, initial_h, initial_c and P.
  var parameterShapes: [Shape] {
    let rows = kind.gates * hiddenSize
    return [
      [directions, rows, inputSize], [directions, rows, hiddenSize], [directions, 2 * rows], [batch], stateShape,
      stateShape, [directions, 3 * hiddenSize],
    ]
  }
}

/// An activation of a recurrent operator.
enum RecurrentActivation: Sendable {
  case relu, tanh, sigmoid, softsign, softplus
  case affine(Double, Double), scaledTanh(Double, Double), hardSigmoid(Double, Double)
  case leakyRelu(Float), thresholdedRelu(Double), elu(Double)

  /// Creates the function `name`, which takes the next values of its parameters. Defaults are those of ONNX's
  /// operators.
  init(
    _ name: String, _ alphas: inout ArraySlice<Float>, _ betas: inout ArraySlice<Float>,
    error: (GraphError.Code, String) -> GraphError
  ) throws {
    func next(_ numbers: inout ArraySlice<Float>, _ attribute: String, default standard: Float?) throws -> Double {
      guard let number = numbers.popFirst() ?? standard else {
        throw error(.attribute, "activation \(name) needs a value in '\(attribute)'")
      }
      return Double(number)
    }
    func alpha(_ standard: Float?) throws -> Double { try next(&alphas, "activation_alpha", default: standard) }
    func beta(_ standard: Float?) throws -> Double { try next(&betas, "activation_beta", default: standard) }
    switch name {
    case "Relu": self = .relu
    case "Tanh": self = .tanh
    case "Sigmoid": self = .sigmoid
    case "Softsign": self = .softsign
    case "Softplus": self = .softplus
    case "Affine": self = .affine(try alpha(nil), try beta(nil))
    case "ScaledTanh": self = .scaledTanh(try alpha(nil), try beta(nil))
    case "HardSigmoid": self = .hardSigmoid(try alpha(0.2), try beta(0.5))
    case "LeakyRelu": self = .leakyRelu(Float(try alpha(0.01)))
    case "ThresholdedRelu": self = .thresholdedRelu(try alpha(1))
    case "Elu": self = .elu(try alpha(1))
    default: throw error(.attribute, "activation '\(name)' is unknown")
    }
  }
}
