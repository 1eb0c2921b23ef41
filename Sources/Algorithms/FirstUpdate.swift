/// The steps that a run needs before it learns anything.
public struct FirstUpdate: Sendable {
  /// The step in which every network has had its first update; nil if that depends on the lengths of episodes.
  public var step: Int?
  /// A step before which there can be none.
  public var earliest: Int
  /// The arithmetic, for people.
  public var arithmetic: String

  /// The first update in a step that is known.
  public init(step: Int, arithmetic: String) {
    self.init(step: step, earliest: step, arithmetic: arithmetic)
  }

  /// The first update, in a step that may depend on the lengths of episodes.
  public init(step: Int?, earliest: Int, arithmetic: String) {
    self.step = step
    self.earliest = earliest
    self.arithmetic = arithmetic
  }

  /// A warning for a run that ends earlier; nil for one that does not.
  public func warning(target: Int, stepsPerAdvance stride: Int) -> String? {
    let end = (target + stride - 1) / stride * stride
    guard end < step ?? earliest else { return nil }
    let enough = step.map { "--steps \($0)" } ?? "more than \(earliest) steps"
    return "the run ends at step \(end) without an update of every network: \(arithmetic); expected at least \(enough)"
  }
}
