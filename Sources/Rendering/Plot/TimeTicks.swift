import Foundation

/// The ticks of an axis of time, in UTC.
enum TimeTicks {
  private static let minute = 60.0
  private static let hour = 3600.0
  private static let day = 86_400.0

  /// The distances of ticks in seconds.
  private static let distances: [Double] =
    [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30] + [1, 2, 5, 10, 15, 30].map { $0 * minute }
    + [1, 2, 3, 6, 12].map { $0 * hour } + [1, 2, 7, 14, 28, 91, 182, 364].map { $0 * day }

  /// The ticks in a range of seconds since 1970-01-01 UTC.
  static func ticks(_ low: Double, _ high: Double, _ count: Int) -> ([Double], [String]) {
    let longest = distances[distances.count - 1]
    let rough = (high - low) / Double(count)
    let distance = distances.first { $0 >= rough } ?? longest * (rough / longest).rounded(.up)
    let (first, last) = ((low / distance).rounded(.up), (high / distance).rounded(.down))
    guard first <= last else { return ([], []) }
    let values = (0...Int(last - first)).map { (first + Double($0)) * distance }
    return (values, values.map { label($0, distance: distance) })
  }

  private static func label(_ seconds: Double, distance: Double) -> String {
    if distance < 1 {
      let tenths = Int((seconds * 10).rounded())
      return text(Double(tenths / 10), "%H:%M:%S") + ".\(abs(tenths % 10))"
    }
    if distance < minute { return text(seconds, "%H:%M:%S") }
    if distance < hour { return text(seconds, "%H:%M") }
    return text(seconds, distance < day ? "%m-%d %H:%M" : "%Y-%m-%d")
  }

  /// The date and time of seconds since 1970-01-01 UTC, in the format of `strftime`.
  static func text(_ seconds: Double, _ format: String) -> String {
    var (time, parts) = (time_t(seconds), tm())
    guard gmtime_r(&time, &parts) != nil else { return "" }
    var buffer = [CChar](repeating: 0, count: 64)
    let length = strftime(&buffer, buffer.count, format, &parts)
    return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
