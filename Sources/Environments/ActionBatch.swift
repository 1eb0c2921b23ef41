/// What the agents of several copies of an environment do in one step.
public enum ActionBatch: Equatable, Sendable {
  /// A choice for each copy, numbered from 0.
  case discrete([Int])
  /// A vector of float32 for each copy, one after another.
  case continuous([Float])

  /// The batch for one copy.
  public init(_ action: Action) {
    switch action {
    case .discrete(let choice): self = .discrete([choice])
    case .continuous(let values): self = .continuous(values)
    }
  }

  /// The action of the only copy.
  public var only: Action {
    switch self {
    case .discrete(let choices): .discrete(choices[0])
    case .continuous(let values): .continuous(values)
    }
  }

  /// The batch with each number, which comes with its position, replaced. Choices stay.
  /// - Parameter scratch: an array to use again, so that no memory is allocated.
  func mapped(in scratch: inout [Float], _ transform: (Float, Int) -> Float) -> ActionBatch {
    guard case .continuous(let values) = self else { return self }
    scratch.removeAll(keepingCapacity: true)
    for (index, value) in values.enumerated() {
      scratch.append(transform(value, index))
    }
    return .continuous(scratch)
  }
}
