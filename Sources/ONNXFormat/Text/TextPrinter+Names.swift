import CONNX

extension TextPrinter {
  /// A name, in quotes if it is no identifier.
  static func name(_ name: String) -> String { TextWords.isIdentifier(name) ? name : quoted(name) }

  static func name(_ name: UnsafeMutablePointer<CChar>?) -> String { self.name(ONNXFormat.text(name)) }

  /// Identifiers with dots between them, in quotes if a part is no identifier.
  static func qualifiedName(_ name: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    return parts.allSatisfy { TextWords.isIdentifier(String($0)) } ? name : quoted(name)
  }

  /// A text in quotes.
  static func quoted(_ text: String) -> String { String(decoding: quoted(text.utf8), as: UTF8.self) }

  /// Bytes in quotes, with a backslash before each quote and each backslash.
  static func quoted(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    var units = [quote]
    for unit in bytes {
      if unit == quote || unit == UInt8(ascii: "\\") { units.append(UInt8(ascii: "\\")) }
      units.append(unit)
    }
    return units + [quote]
  }

  static func entry(_ entry: Onnx__StringStringEntryProto) -> String {
    "\(quoted(ONNXFormat.text(entry.key))): \(quoted(ONNXFormat.text(entry.value)))"
  }

  static func quoted(_ text: UnsafeMutablePointer<CChar>?) -> String { quoted(ONNXFormat.text(text)) }
}
