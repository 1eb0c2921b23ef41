import Foundation

/// What a user writes on a run. Nothing of its training depends on it.
public struct Annotation: Hashable, Sendable {
  /// The name, by which commands find the run; nil for none. Some text without `@`.
  public var name: String?
  /// A text of any length; nil for none.
  public var note: String?
  /// Words by which listings find the run. Each is some text without commas, line breaks and blanks at its ends.
  public var tags: Set<String>

  /// An annotation.
  public init(name: String? = nil, note: String? = nil, tags: Set<String> = []) {
    (self.name, self.note, self.tags) = (name, note, tags)
  }

  /// - Throws: ``StoreError`` with code `invalidName`.
  static func check(name: String) throws {
    guard !name.isEmpty, !name.contains("@") else {
      throw StoreError(.invalidName, "'\(name.excerpt())' can't name a run: expected some text without '@'")
    }
  }

  /// - Throws: ``StoreError`` with code `invalidName`.
  static func check(tag: String) throws {
    let isTrimmed = tag.trimmingCharacters(in: .whitespacesAndNewlines) == tag
    guard !tag.isEmpty, isTrimmed, !tag.contains(where: { $0 == "," || $0.isNewline }) else {
      throw StoreError(
        .invalidName,
        "'\(tag.excerpt())' can't be a tag: expected some text without commas, line breaks and blanks at its ends")
    }
  }
}
