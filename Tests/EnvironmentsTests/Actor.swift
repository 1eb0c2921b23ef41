import Environments

/// The actor in the long runs of `make_environments.py`: random, with some skill in odd episodes.
struct Actor {
  let id: String
  let space: ActionSpace
  var generator: PCG64

  init(_ id: String, _ space: ActionSpace, seed: UInt64) {
    self.id = id
    self.space = space
    generator = PCG64(seed: seed)
  }

  mutating func act(_ observation: some Collection<Float>, episode: Int) -> Action {
    let o = observation.map { Double($0) }
    let hasSkill = !episode.isMultiple(of: 2)
    switch space {
    case .discrete(let count, _):
      let choice = Int(generator.next() % UInt64(count))
      guard hasSkill else { return .discrete(choice) }
      if id == EnvironmentID.cartPole.rawValue {
        return .discrete(0.02 * o[0] + 0.1 * o[1] + o[2] + 0.5 * o[3] > 0 ? 1 : 0)
      }
      return .discrete(o[4] > 0 ? 0 : 2)
    case .multiDiscrete, .multiBinary: preconditionFailure("no environment of these tests has several actions")
    case .box(let box):
      let bound = box.high[0].isFinite ? 1.5 * Double(box.high[0]) : 2
      let force = generator.uniform(-bound, bound)
      return .continuous([
        Float(hasSkill ? Double(sign: o[o.count - 1].sign, exponent: 0, significand: abs(force)) : force)
      ])
    }
  }

  /// An action for each row of observations, none with skill.
  mutating func act(_ observations: [Float], copies: Int) -> ActionBatch {
    let width = observations.count / copies
    let actions = (0..<copies).map { act(observations[$0 * width..<($0 + 1) * width], episode: 0) }
    if case .discrete = space {
      return .discrete(actions.compactMap { if case .discrete(let choice) = $0 { choice } else { nil } })
    }
    return .continuous(actions.flatMap { if case .continuous(let values) = $0 { values } else { [Float]() } })
  }
}
