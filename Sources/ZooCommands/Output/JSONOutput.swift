import Foundation

/// Prints a value as JSON: sorted keys, ISO dates, and "nan", "inf" and "-inf" for values that are not finite.
/// Absent values have no key.
///
/// - Throws: the error of encoding.
public func printJSON(_ value: some Encodable) throws { print(try jsonText(value)) }

/// A value as JSON, as ``printJSON(_:)`` prints it.
func jsonText(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}
