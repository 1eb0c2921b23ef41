/// Clips actions to the bounds of a continuous action space. Its own action space has infinite bounds.
///
/// Source: Gymnasium's `wrappers/vector/vectorize_action.py`.
public struct ClipAction: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  private let bounds: Box
  private var scratch: [Float] = []

  /// Wraps an environment.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the actions are discrete.
  public init(_ base: any VectorEnvironment) throws(EnvironmentError) {
    guard case .box(let bounds) = base.actionSpace else {
      throw EnvironmentError(.invalidSetting, "\(base.id): expected vectors as actions, found \(base.actionSpace)")
    }
    self.base = base
    self.bounds = bounds
  }

  /// All vectors.
  public var actionSpace: ActionSpace {
    let high = [Float](repeating: .infinity, count: bounds.count)
    return .box(Box(low: high.map(-), high: high))
  }

  /// Takes an action in every environment, each number clipped.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions.mapped(in: &scratch, clipped), into: &step)
  }

  /// The actions, each number clipped.
  public func unwrapped(_ actions: ActionBatch) -> ActionBatch {
    var scratch: [Float] = []
    return actions.mapped(in: &scratch, clipped)
  }

  private var clipped: (Float, Int) -> Float { { [bounds] in bounds.clamp($0, at: $1 % bounds.count) } }
}
