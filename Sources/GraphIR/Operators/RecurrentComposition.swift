/// The recurrent operators in simpler ones, step by step.
///
/// States are [1, N, H], so that N may be symbolic. Nil stands for initial zeros.
struct RecurrentComposition {
  let call: RecurrentCall
  let composer: Composer

  init(_ kind: RecurrentCall.Kind, _ composer: Composer) throws {
    self.composer = composer
    call = try RecurrentCall(kind, composer)
  }

  /// The parameters of a direction.
  struct Direction {
    let activations: [RecurrentActivation]
    /// Rᵀ, [1, H, gates · H].
    let r: CompositionValue
    /// Wb and Rb, [1, gates · H] each; nil for zeros.
    let wb, rb: CompositionValue?
    /// The peepholes, [1, 3 · H].
    let p: CompositionValue?
  }

  struct State {
    var hidden, cell: CompositionValue?
  }

  /// Returns Y, Y_h and, if there is a cell, Y_c.
  ///
  /// - Parameter advance: returns the state after a step, from Xt·Wᵀ [1, N, gates · H] and the previous state.
  func run(_ advance: (Direction, CompositionValue, State) throws -> State) throws -> [CompositionValue] {
    let x = try call.isBatchFirst ? transposed(composer.input(0), [1, 0, 2]) : composer.input(0)
    let lengths = try composer.optional(4).map {
      try composer.call(.reshape, $0, composer.integers([1, -1, 1]))
    }
    var (outputs, hidden, cells): ([CompositionValue], [CompositionValue], [CompositionValue]) = ([], [], [])
    for index in 0..<call.directions {
      let (bias, rows) = (try composer.optional(3).map { try part($0, index) }, call.kind.gates * call.hiddenSize)
      let direction = Direction(
        activations: call.activations[index], r: try transposed(part(composer.input(2), index), [0, 2, 1]),
        wb: try bias.map { try slice($0, axis: 1, 0, rows) },
        rb: try bias.map { try slice($0, axis: 1, rows, 2 * rows) },
        p: try call.kind.hasCell ? composer.optional(7).map { try part($0, index) } : nil)
      let products = try composer.call(.matMul, x, transposed(part(composer.input(1), index), [0, 2, 1]))
      var state = State(
        hidden: try initial(5, index), cell: call.kind.hasCell ? try initial(6, index) : nil)
      var steps: [CompositionValue] = []
      for step in call.isReversed[index] ? Array((0..<call.steps).reversed()) : Array(0..<call.steps) {
        let next = try advance(direction, slice(products, axis: 0, step, step + 1), state)
        guard let new = next.hidden else { preconditionFailure("a step without a hidden state") }
        guard let lengths else {
          steps.append(new)
          state = next
          continue
        }
        // A finished sequence keeps its state and outputs zeros.
        let isRunning = try composer.call(.less, composer.constant(TensorValue(scalar: Int64(step))), lengths)
        func kept(_ new: CompositionValue, _ old: CompositionValue?) throws -> CompositionValue {
          try composer.call(.where, isRunning, new, old ?? composer.constant(0, like: new))
        }
        steps.append(try kept(new, nil))
        state = State(
          hidden: try kept(new, state.hidden), cell: try next.cell.map { try kept($0, state.cell) })
      }
      let inOrder = call.isReversed[index] ? steps.reversed() : steps
      let sequence = try joined(inOrder, axis: 0)
      outputs.append(
        try composer.call(.reshape, sequence, composer.integers([call.steps, 1, -1, call.hiddenSize])))
      hidden += [state.hidden].compactMap { $0 }
      cells += [state.cell].compactMap { $0 }
    }
    let y = try joined(outputs, axis: 1)
    let states = try [hidden, cells].filter { !$0.isEmpty }.map { try joined($0, axis: 0) }
    let all =
      try call.isBatchFirst
      ? [transposed(y, [2, 0, 1, 3])] + states.map { try transposed($0, [1, 0, 2]) } : [y] + states
    return Array(all.prefix(composer.outputCount))
  }

  /// Returns the state before the first step; nil for zeros.
  private func initial(_ index: Int, _ direction: Int) throws -> CompositionValue? {
    try composer.optional(index).map { states in
      try part(call.isBatchFirst ? transposed(states, [1, 0, 2]) : states, direction)
    }
  }

  /// Returns the part of a parameter that belongs to a direction.
  private func part(_ value: CompositionValue, _ direction: Int) throws -> CompositionValue {
    try call.directions == 1 ? value : slice(value, axis: 0, direction, direction + 1)
  }

  // MARK: Building blocks of steps

  func sum(_ first: CompositionValue, _ second: CompositionValue?) throws -> CompositionValue {
    try second.map { try composer.call(.add, first, $0) } ?? first
  }

  func product(_ first: CompositionValue, _ second: CompositionValue?) throws -> CompositionValue? {
    try second.map { try composer.call(.mul, first, $0) }
  }

  /// Returns 1 - x.
  func complement(_ x: CompositionValue) throws -> CompositionValue {
    try composer.call(.sub, composer.constant(1, like: x), x)
  }

  /// Returns gate `index` of a tensor with gates on its last axis.
  func gate(_ value: CompositionValue, _ index: Int) throws -> CompositionValue {
    let axis = try composer.shape(value).rank - 1
    return try slice(value, axis: axis, index * call.hiddenSize, (index + 1) * call.hiddenSize)
  }

  func slice(_ value: CompositionValue, axis: Int, _ start: Int, _ end: Int) throws -> CompositionValue {
    if try composer.shape(value)[axis] == end - start { return value }
    return try composer.call(
      .slice, value, composer.integers([start]), composer.integers([end]), composer.integers([axis]))
  }

  func transposed(_ value: CompositionValue, _ order: [Int]) throws -> CompositionValue {
    try composer.call(.transpose, value, attributes: ["perm": .ints(order)])
  }

  private func joined(_ values: [CompositionValue], axis: Int) throws -> CompositionValue {
    try values.count == 1 ? values[0] : composer.call(.concat, values, ["axis": .int(axis)], outputCount: 1)[0]
  }

  /// Returns an activation of clipped values.
  func activate(_ function: RecurrentActivation, _ x: CompositionValue) throws -> CompositionValue {
    guard let clip = call.clip else { return try function.compose(x, composer) }
    let bounded = try composer.call(.max, x, composer.constant(-clip, like: x))
    return try function.compose(composer.call(.min, bounded, composer.constant(clip, like: x)), composer)
  }
}

extension RecurrentActivation {
  /// Returns the function in simpler operators.
  func compose(_ x: CompositionValue, _ composer: Composer) throws -> CompositionValue {
    func constant(_ number: Double) throws -> CompositionValue { try composer.constant(number, like: x) }
    func affine(_ alpha: Double, _ beta: Double) throws -> CompositionValue {
      try composer.call(.add, composer.call(.mul, constant(alpha), x), constant(beta))
    }
    switch self {
    case .relu: return try composer.call(.relu, x)
    case .tanh: return try composer.call(.tanh, x)
    case .sigmoid: return try composer.call(.sigmoid, x)
    case .softplus: return try composer.call(.softplus, x)
    case .softsign: return try composer.call(.div, x, composer.call(.add, constant(1), composer.call(.abs, x)))
    case .affine(let alpha, let beta): return try affine(alpha, beta)
    case .scaledTanh(let alpha, let beta):
      return try composer.call(.mul, constant(alpha), composer.call(.tanh, composer.call(.mul, constant(beta), x)))
    case .hardSigmoid(let alpha, let beta):
      return try composer.call(.min, composer.call(.max, affine(alpha, beta), constant(0)), constant(1))
    case .leakyRelu(let alpha): return try composer.call(.leakyRelu, x, attributes: ["alpha": .float(alpha)])
    case .thresholdedRelu(let alpha):
      return try composer.call(.where, composer.call(.greater, x, constant(alpha)), x, constant(0))
    case .elu(let alpha):
      // The exponential of the unselected branch must be finite, or its derivative is NaN.
      let isNegative = try composer.call(.less, x, constant(0))
      let negative = try composer.call(.where, isNegative, x, constant(0))
      let curve = try composer.call(.sub, composer.call(.exp, negative), constant(1))
      return try composer.call(.where, isNegative, composer.call(.mul, constant(alpha), curve), x)
    }
  }
}
