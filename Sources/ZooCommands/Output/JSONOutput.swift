import ZooKit

/// Prints a value as JSON, as `RecordJSON` writes it.
///
/// - Throws: the error of encoding.
public func printJSON(_ value: some Encodable) throws { print(try jsonText(value)) }

/// A value as JSON, as ``printJSON(_:)`` prints it.
func jsonText(_ value: some Encodable) throws -> String {
  String(decoding: try RecordJSON.data(value), as: UTF8.self)
}
