import Foundation

/// The JSON of records: sorted keys, ISO dates, and "nan", "inf" and "-inf" for values that are not finite. Absent
/// values have no key.
public enum RecordJSON {
  /// The JSON of a value.
  ///
  /// - Parameters:
  ///   - value: a record.
  ///   - isPretty: whether each value has a line of its own; true by default.
  /// - Throws: the error of encoding.
  public static func data(_ value: some Encodable, isPretty: Bool = true) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if isPretty { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.dateEncodingStrategy = .iso8601
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(value)
  }
}
