import Foundation

extension LoggedRun {
  /// The columns of ``csv(_:)``.
  package static let csvHeader = CSV.line(["run", "name", "step", "time", "value"])

  /// The form of times in files: ISO 8601 with milliseconds.
  package static let timeFormat = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  /// A row of this run as a line of CSV.
  package func csv(_ row: Row) -> String {
    CSV.line([
      CSV.field(run.id), CSV.field(row.name), "\(row.step)", row.time.formatted(Self.timeFormat), CSV.field(row.value),
    ])
  }
}
