/// The properties of an operator that passes, plans and penalties query. Its definition states each of them once.
public struct OpTraits: Sendable, Equatable {
  /// The relation between an operator's outputs and its inputs.
  public let kind: Kind
  /// Whether every correct implementation computes the same bits.
  public let results: Results

  init(_ kind: Kind, _ results: Results) {
    self.kind = kind
    self.results = results
  }

  /// The relation between outputs and inputs.
  public enum Kind: Sendable, Equatable {
    /// One function of the elements at one position, the same at every position.
    case elementwise(Operands, Cost)
    /// Input 0 unchanged.
    case alias
    /// The elements of input 0 in their order, under another shape.
    case view
    /// Elements of the inputs that have input 0's type, at positions that the other inputs and the attributes
    /// determine.
    case movement
    /// A value for each line or block of elements.
    case reduction
    /// Elements normalised by the statistics of other elements. The outputs have the shape of input 0.
    case normalization(Statistics)
    /// A matrix product or a convolution.
    case product
    /// Matrix products, step by step along a sequence.
    case recurrence
    /// A sum over products of elements. The reference kernel visits every combination of the labels.
    case contraction
    /// Random values from the stream of a `seed`. Only the backend can compute them.
    case random
    /// Values that the shape of input 0 determines.
    case shape
    /// None of these.
    case other
  }

  /// The shapes of an elementwise operator's inputs.
  public enum Operands: Sendable, Equatable {
    /// One input, or several inputs of equal shape.
    case alike
    /// The other inputs broadcast to the first.
    case toFirst
    /// All inputs broadcast to one shape. `isCommutative`: whether the two inputs may be exchanged.
    case broadcast(isCommutative: Bool)
  }

  /// The time per element of an elementwise operator.
  public enum Cost: Sendable {
    /// A few instructions: memory bandwidth dominates.
    case cheap
    /// Tens of instructions.
    case costly
  }

  /// The elements whose statistics normalise an element.
  public enum Statistics: Sendable {
    /// The line along the attribute `axis`.
    case axis
    /// All axes from the attribute `axis` on.
    case trailingAxes
    /// A group of a sample's channels.
    case groups
    /// A channel of a sample.
    case channel
    /// A channel of all samples, in training.
    case batch
  }

  /// The bits of the results.
  public enum Results: Sendable {
    /// The same in every correct implementation.
    case exact
    /// Rounded in ways that differ between implementations.
    case rounded
  }
}

extension OpTraits {
  /// The shapes of an elementwise operator's inputs; nil for other operators.
  public var operands: Operands? {
    if case .elementwise(let operands, _) = kind { operands } else { nil }
  }

  /// Whether the operator is elementwise.
  public var isElementwise: Bool { operands != nil }

  /// Whether the operator is elementwise and takes tens of instructions per element.
  public var isCostly: Bool {
    if case .elementwise(_, .costly) = kind { true } else { false }
  }

  /// Whether all inputs broadcast to the shape of the output.
  public var broadcasts: Bool {
    if case .broadcast? = operands { true } else { false }
  }

  /// Whether the two inputs may be exchanged.
  public var isCommutative: Bool { operands == .broadcast(isCommutative: true) }

  /// Whether the output shares the memory of input 0, under the same or another shape.
  public var isInMemoryOfInput: Bool { kind == .alias || kind == .view }

  /// Whether every element of the outputs is an element of the inputs, at any position.
  public var keepsElements: Bool { isInMemoryOfInput || kind == .movement }

  /// Whether the run time grows faster than the number of elements read and written.
  public var isProduct: Bool { kind == .product || kind == .recurrence || kind == .contraction }

  /// Whether statistics make the positions along an axis of input 0 depend on each other, given these attributes.
  public func couples(axis: Int, of shape: Shape, _ attributes: ResolvedAttributes) -> Bool {
    guard case .normalization(let statistics) = kind else { return false }
    func first() -> Int? { shape.normalized(axis: attributes.int("axis") ?? -1) }
    return switch statistics {
    case .axis: first() == axis
    case .trailingAxes: first().map { axis >= $0 } ?? false
    case .groups: axis == 1 ? shape[1] > attributes.int("num_groups") ?? 1 : axis > 1
    case .channel: axis >= 2
    case .batch: axis != 1 && attributes.flag("training_mode")
    }
  }
}

extension OpTraits {
  /// A function of one value, of a few instructions.
  static let function = OpTraits(.elementwise(.alike, .cheap), .exact)
  /// A function of one value, of a few instructions that round.
  static let roundedFunction = OpTraits(.elementwise(.alike, .cheap), .rounded)
  /// A transcendental function of one value.
  static let costlyFunction = OpTraits(.elementwise(.alike, .costly), .rounded)
  /// A function of several values, of a few instructions.
  static let broadcast = OpTraits(.elementwise(.broadcast(isCommutative: false), .cheap), .exact)
  /// A commutative function of two values, of a few instructions.
  static let commutative = OpTraits(.elementwise(.broadcast(isCommutative: true), .cheap), .exact)
}

extension Op {
  /// The operator's traits, from its definition.
  public var traits: OpTraits { definition.traits }
}
