extension Simulation {
  /// The complete state. With the actions it determines all following steps.
  public var state: EnvironmentState { Self.state(of: [self]) }

  /// Restores a saved state; throws and stays as it is when the state isn't one of this environment.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    self = try Self.copies(in: state, count: 1, timeLimit: timeLimit)[0]
  }

  /// The state of parallel environments: each array has the first environment's numbers, then the second's, and so on.
  static func state(of copies: [Self]) -> EnvironmentState {
    EnvironmentState([
      "\(Laws.id)/variables": .float64(copies.flatMap(\.physics.variables)),
      "\(Laws.id)/generators": .int64(copies.flatMap(\.generator.words)),
      "\(Laws.id)/elapsed-steps": .int64(copies.map { Int64($0.elapsedSteps) }),
      "\(Laws.id)/over": .int64(copies.map { $0.isOver ? 1 : 0 }),
    ])
  }

  /// The environments whose state was saved.
  static func copies(
    in state: EnvironmentState, count: Int, timeLimit: Int
  ) throws(EnvironmentError) -> [Self] {
    let variables = try state.float64("\(Laws.id)/variables", count: count * Laws.variableCount)
    let generators = try state.int64("\(Laws.id)/generators", count: count * PCG64.wordCount)
    let elapsedSteps = try state.counts("\(Laws.id)/elapsed-steps", count: count, in: 0...timeLimit)
    let isOver = try state.flags("\(Laws.id)/over", count: count)
    var copies: [Self] = []
    for copy in 0..<count {
      let own = Array(variables[copy * Laws.variableCount..<(copy + 1) * Laws.variableCount])
      let words = Array(generators[copy * PCG64.wordCount..<(copy + 1) * PCG64.wordCount])
      guard let generator = PCG64(words: words), isOver[copy] || elapsedSteps[copy] < timeLimit else {
        throw EnvironmentError(
          .invalidState,
          "a saved state of \(Laws.id), environment \(copy): expected a generator with an odd last word and an end at"
            + " step \(timeLimit), found \(words) and an episode that continues after step \(elapsedSteps[copy])")
      }
      copies.append(
        Self(
          timeLimit: timeLimit, physics: Laws(variables: own, elapsedSteps: elapsedSteps[copy]), generator: generator,
          elapsedSteps: elapsedSteps[copy], isOver: isOver[copy]))
    }
    return copies
  }
}
