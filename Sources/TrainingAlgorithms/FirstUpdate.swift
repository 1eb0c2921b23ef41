/// The steps that a run needs before every network has had an update.
public struct FirstUpdate: Sendable {
  /// The step in which every network has had its first update; nil if that depends on the lengths of episodes.
  public var step: Int?
  /// A step before which there can be no such update.
  public var earliest: Int
  /// The step in which every network has had its first update if each episode lasts until its time limit; nil if the
  /// update does not depend on that, or the limit is not known.
  public var latest: Int?
  /// The calculation of the step, for the user.
  public var arithmetic: String

  /// The first update in a known step.
  public init(step: Int, arithmetic: String) {
    self.init(step: step, earliest: step, arithmetic: arithmetic)
  }

  /// The first update, in a step that may depend on the lengths of episodes.
  public init(step: Int?, earliest: Int, latest: Int? = nil, arithmetic: String) {
    self.step = step
    self.earliest = earliest
    self.latest = latest
    self.arithmetic = arithmetic
  }

  /// A warning for a run that ends earlier; nil for one that does not.
  public func warning(target: Int, stepsPerAdvance stride: Int) -> String? {
    let end = (target + stride - 1) / stride * stride
    let isCertain = end < step ?? earliest
    guard isCertain || end < latest ?? 0 else { return nil }
    let place = latest.map { ", at step \($0) where each lasts until its time limit" } ?? ""
    let enough = (step ?? latest).map { "at least \($0)" } ?? "more than \(earliest)"
    return "the run \(isCertain ? "ends" : "can end") at step \(end) without an update of every network: "
      + "\(arithmetic)\(place); expected \(enough) steps"
  }
}
