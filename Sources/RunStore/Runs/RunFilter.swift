import GraphIR

/// Which runs a listing has: those for which everything that is set holds.
public struct RunFilter: Sendable {
  /// The run's name.
  public var name: String?
  /// The model's name.
  public var model: String?
  /// The algorithm's name.
  public var algorithm: String?
  /// Where the run stands.
  public var status: Run.Status?
  /// An operator that one of its graphs has.
  public var op: Op?
  /// The run that it was forked from.
  public var parent: String?

  /// A filter; by default every run passes.
  public init(
    name: String? = nil, model: String? = nil, algorithm: String? = nil, status: Run.Status? = nil, op: Op? = nil,
    parent: String? = nil
  ) {
    self.name = name
    self.model = model
    self.algorithm = algorithm
    self.status = status
    self.op = op
    self.parent = parent
  }
}
