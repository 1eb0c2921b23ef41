/// Rescales actions within bounds of the agent to those of a continuous action space.
///
/// An action within the agent's bounds lies in the space: rounding does not move it out. An action beyond them does
/// not.
///
/// Source: Gymnasium's `wrappers/vector/vectorize_action.py` and `rescale_box`, whose order of operations is kept.
public struct RescaleAction: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  /// The agent's smallest and largest value of every element.
  public let bounds: ClosedRange<Double>
  private let scaling: ActionScaling
  private var scratch: [Float] = []

  /// Wraps an environment.
  /// - Parameters:
  ///   - base: the wrapped environment.
  ///   - low: the agent's smallest value of every element, by default -1.
  ///   - high: the agent's largest value of every element, by default 1.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the actions are discrete or have no bounds, or `low`
  ///   isn't below `high`.
  public init(_ base: any VectorEnvironment, low: Double = -1, high: Double = 1) throws(EnvironmentError) {
    guard case .box(let box) = base.actionSpace, (box.low + box.high).allSatisfy(\.isFinite) else {
      throw EnvironmentError(
        .invalidSetting,
        "\(base.id): only actions between bounds can be rescaled, but the actions are \(base.actionSpace)")
    }
    guard low < high, low.isFinite, high.isFinite else {
      throw EnvironmentError(
        .invalidSetting,
        "\(base.id): expected a lower bound of the actions below the upper one, found \(low) and \(high)")
    }
    self.base = base
    bounds = low...high
    scaling = ActionScaling(to: box, from: bounds)
  }

  /// Vectors within the agent's bounds.
  public var actionSpace: ActionSpace {
    let low = [Float](repeating: Float(bounds.lowerBound), count: scaling.box.count)
    return .box(Box(low: low, high: [Float](repeating: Float(bounds.upperBound), count: scaling.box.count)))
  }

  /// Takes an action in every environment, each number rescaled.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions.mapped(in: &scratch, stretched), into: &step)
  }

  /// The actions, each number rescaled.
  public func unwrapped(_ actions: ActionBatch) -> ActionBatch {
    var scratch: [Float] = []
    return actions.mapped(in: &scratch, stretched)
  }

  private var stretched: (Float, Int) -> Float { { [scaling] in scaling($0, at: $1 % scaling.box.count) } }
}
