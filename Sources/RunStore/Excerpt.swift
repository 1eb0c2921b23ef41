extension StringProtocol {
  /// The text for a message: one line of at most `limit` characters. Characters that do not print as themselves are
  /// escaped.
  ///
  /// The cost is bounded by `limit`, not by the length of the text.
  func excerpt(_ limit: Int = 60) -> String {
    var result = ""
    var count = 0
    for scalar in unicodeScalars {
      let text = scalar.isPrintable ? String(scalar) : Self.escape(scalar)
      count += text.unicodeScalars.count
      guard count < limit || (count == limit && scalar == unicodeScalars.last) else { return result + "…" }
      result += text
    }
    return result
  }

  private static func escape(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\n": "\\n"
    case "\t": "\\t"
    case "\r": "\\r"
    default: "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}

extension Unicode.Scalar {
  /// Whether the character prints as itself: it is no control character and does not change its neighbours' display.
  fileprivate var isPrintable: Bool {
    switch properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}

extension [String] {
  /// The texts in a message, at most `limit` of them.
  func listed(_ limit: Int) -> String {
    let shown = prefix(limit).map { $0.excerpt(40) }.joined(separator: ", ")
    return count > limit ? "\(shown) and \(count - limit) more" : shown
  }
}
