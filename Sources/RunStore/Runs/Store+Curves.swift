import GRDB

extension Store {
  /// The number of ranges that one transaction reads. A process that trains waits for a transaction that reads.
  private static let rangesAtOnce = 32
  /// The number of values that one transaction reads.
  private static let valuesAtOnce = 50_000

  /// The first and the last step at which a run has a metric; nil if it has none.
  ///
  /// - Throws: ``StoreError`` if the file can't be read.
  public func stepRange(of run: String, key: String) throws -> ClosedRange<Int>? {
    try read { db in
      func step(_ order: String) throws -> Int? {
        try Int.fetchOne(
          db, sql: "SELECT step FROM metric WHERE run = ? AND key = ? ORDER BY step \(order) LIMIT 1",
          arguments: [run, key])
      }
      guard let first = try step("ASC"), let last = try step("DESC"), first <= last else { return nil }
      return first...last
    }
  }

  /// The values of a metric in the order of steps.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - key: the metric.
  ///   - step: only values of later steps; nil, the default, for all.
  /// - Throws: ``StoreError`` if the file can't be read.
  public func curve(of run: String, key: String, after step: Int? = nil) throws -> [MetricPoint] {
    var points: [MetricPoint] = []
    var last = step
    while true {
      let next = try read { db in
        let statement = try db.cachedStatement(
          sql: "SELECT step, value FROM metric WHERE run = ? AND key = ? AND step > ? ORDER BY step LIMIT ?")
        // Steps are not negative.
        try statement.setArguments([run, key, last ?? -1, Self.valuesAtOnce])
        return try MetricPoint.all(statement, atMost: Self.valuesAtOnce)
      }
      points += next
      guard next.count == Self.valuesAtOnce else { return points }
      last = next.last?.step
    }
  }

  /// The least and the greatest value of a metric in each of some ranges of steps, in the order of steps.
  ///
  /// SQLite finds them: a run of a million values is read within a second. A range in which no value is finite has
  /// one point, which is NaN. A range without values has none.
  ///
  /// - Parameters:
  ///   - run: the run's id.
  ///   - key: the metric.
  ///   - ranges: the ranges in ascending order, such as `ColumnExtremes.steps`.
  /// - Throws: ``StoreError`` if the file can't be read.
  public func curve(of run: String, key: String, extremesIn ranges: [ClosedRange<Int>]) throws -> [MetricPoint] {
    var points: [MetricPoint] = []
    for start in stride(from: 0, to: ranges.count, by: Self.rangesAtOnce) {
      try read { db in
        let table = try MetricExtremes(db, run: run, key: key)
        for range in ranges[start..<min(start + Self.rangesAtOnce, ranges.count)] {
          points += try table.points(in: range)
        }
      }
    }
    return points
  }
}

/// The statements that find the extremes of a metric.
private struct MetricExtremes {
  private let run, key: String
  private let least, greatest, first: Statement

  init(_ db: Database, run: String, key: String) throws {
    (self.run, self.key) = (run, key)
    // With one min() or max(), SQLite takes the other columns from the row that has it.
    func extreme(_ function: String) throws -> Statement {
      try db.cachedStatement(
        sql: """
          SELECT step, \(function)(value) AS value FROM metric WHERE run = ? AND key = ? AND step BETWEEN ? AND ?
          AND value BETWEEN -1.7976931348623157e308 AND 1.7976931348623157e308
          """)
    }
    (least, greatest) = (try extreme("min"), try extreme("max"))
    first = try db.cachedStatement(
      sql: "SELECT step, NULL AS value FROM metric WHERE run = ? AND key = ? AND step BETWEEN ? AND ? LIMIT 1")
  }

  func points(in range: ClosedRange<Int>) throws -> [MetricPoint] {
    func point(_ statement: Statement) throws -> MetricPoint? {
      let arguments: StatementArguments = [run, key, range.lowerBound, range.upperBound]
      guard let row = try Row.fetchOne(statement, arguments: arguments), let step: Int = try row.optional("step") else {
        return nil
      }
      return MetricPoint(step: step, value: try row.optional("value") ?? .nan)
    }
    guard let low = try point(least), let high = try point(greatest) else {
      return try point(first).map { [$0] } ?? []
    }
    return low == high ? [low] : low.step <= high.step ? [low, high] : [high, low]
  }
}
