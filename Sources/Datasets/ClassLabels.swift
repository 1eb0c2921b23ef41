/// The class of each sample of a data set.
public struct ClassLabels: Sendable, Equatable {
  /// The names of the classes.
  public let names: [String]
  /// The class of each row, an index of ``names``.
  public let rows: [Int]

  /// Labels; every row is an index of `names`.
  public init(names: [String], rows: [Int]) {
    precondition(rows.allSatisfy(names.indices.contains), "expected labels in 0..<\(names.count)")
    (self.names, self.rows) = (names, rows)
  }
}
