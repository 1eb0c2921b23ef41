/// Comma-separated values of RFC 4180: lines end in CRLF, and fields with commas, quotes or line breaks are quoted.
package enum CSV {
  /// A line with its end.
  package static func line(_ fields: [String]) -> String { fields.joined(separator: ",") + "\r\n" }

  /// A text as a field. An empty text is quoted: an empty field stands for an absent value.
  package static func field(_ text: String) -> String {
    let isPlain = !text.isEmpty && !text.unicodeScalars.contains { [",", "\"", "\r", "\n"].contains($0) }
    return isPlain ? text : "\"\(text.replacing("\"", with: "\"\""))\""
  }

  /// A number as a field: `nan`, `inf` and `-inf` if it is not finite. Reading it gives the same bits.
  package static func field(_ number: Double) -> String { "\(number)" }
}
