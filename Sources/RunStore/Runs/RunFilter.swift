import GraphIR

/// The runs of a listing: those that fulfil all conditions that are set.
public struct RunFilter: Sendable {
  /// The run's name.
  public var name: String?
  /// The model's name.
  public var model: String?
  /// The algorithm's name.
  public var algorithm: String?
  /// The run's status.
  public var status: Run.Status?
  /// An operator of one of its graphs.
  public var op: Op?
  /// The run from which it was forked.
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
