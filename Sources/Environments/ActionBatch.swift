/// The actions of one step in parallel environments.
public enum ActionBatch: Equatable, Sendable {
  /// A discrete action for each environment, numbered from 0.
  case discrete([Int])
  /// Several discrete actions for each environment, each numbered from 0, concatenated.
  case multiDiscrete([Int])
  /// A vector of float32 for each environment, concatenated.
  case continuous([Float])

  /// The batch for one environment.
  public init(_ action: Action) {
    switch action {
    case .discrete(let choice): self = .discrete([choice])
    case .multiDiscrete(let choices): self = .multiDiscrete(choices)
    case .continuous(let values): self = .continuous(values)
    }
  }

  /// The action of the only environment.
  public var only: Action {
    switch self {
    case .discrete(let choices): .discrete(choices[0])
    case .multiDiscrete(let choices): .multiDiscrete(choices)
    case .continuous(let values): .continuous(values)
    }
  }

  /// The batch with each number replaced by a function of the number and its position. Discrete actions stay.
  /// - Parameters:
  ///   - scratch: an array to reuse, so that no memory is allocated.
  ///   - transform: the function of a number and its position.
  func mapped(in scratch: inout [Float], _ transform: (Float, Int) -> Float) -> ActionBatch {
    guard case .continuous(let values) = self else { return self }
    scratch.removeAll(keepingCapacity: true)
    for (index, value) in values.enumerated() {
      scratch.append(transform(value, index))
    }
    return .continuous(scratch)
  }
}
