import Foundation
import HummingbirdCore

/// The parameters in the address of a request.
struct Query: Sendable {
  /// The parameters in the order of the address.
  private(set) var items: [(name: String, value: String)]

  init(_ uri: URI) { self.init(form: uri.query ?? "") }

  /// The fields of a form in `application/x-www-form-urlencoded`, where a blank is a plus.
  init(form: String) {
    func decoded(_ text: Substring?) -> String {
      let text = String(text ?? "").replacing("+", with: " ")
      return text.removingPercentEncoding ?? text
    }
    items = form.split(separator: "&").map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return (decoded(parts[0]), decoded(parts.dropFirst().first))
    }
  }

  /// The first value of a name; nil if there is none, or it is empty.
  subscript(name: String) -> String? { items.first { $0.name == name && !$0.value.isEmpty }?.value }

  /// All values of a name that are not empty.
  func all(_ name: String) -> [String] { items.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

  /// A number within a range.
  ///
  /// - Throws: ``ServerError`` with code `badRequest` for anything else.
  func number(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws -> Int {
    guard let text = self[name] else { return standard }
    guard let number = Int(text), range.contains(number) else {
      throw ServerError(.badRequest, "\(name): expected a number from \(range), found '\(text.prefix(40))'")
    }
    return number
  }

  /// A number; nil if there is none.
  ///
  /// - Throws: ``ServerError`` with code `badRequest` for a text that is no finite number.
  func double(_ name: String) throws -> Double? {
    guard let text = self[name] else { return nil }
    guard let number = Double(text), number.isFinite else {
      throw ServerError(.badRequest, "\(name): expected a number, found '\(text.prefix(40))'")
    }
    return number
  }

  /// A value of a list.
  ///
  /// - Throws: ``ServerError`` with code `badRequest` for another value.
  func choice<Value: RawRepresentable & CaseIterable>(_ name: String, _: Value.Type) throws -> Value?
  where Value.RawValue == String {
    guard let text = self[name] else { return nil }
    guard let value = Value(rawValue: text) else {
      let known = Value.allCases.map(\.rawValue).joined(separator: ", ")
      throw ServerError(.badRequest, "\(name): expected one of \(known), found '\(text.prefix(40))'")
    }
    return value
  }

  /// The query with one parameter replaced, or without it, as the end of an address.
  func with(_ changes: [String: String?]) -> String {
    var result = items.filter { changes.index(forKey: $0.name) == nil }
    for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
      if let value { result.append((name, value)) }
    }
    return Self.text(result)
  }

  /// A query's text, `?a=b&c=d`; empty for none.
  static func text(_ items: [(name: String, value: String)]) -> String {
    guard !items.isEmpty else { return "" }
    return "?" + items.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
  }

  /// A text as a part of an address.
  static func encoded(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
  }

  /// The characters that need no encoding anywhere: RFC 3986, section 2.3.
  private static let unreserved = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
