import Foundation
import GraphIR

/// Expected values in `Tests/Fixtures`, written by committed scripts.
public enum Fixtures {
  /// The folder.
  public static let directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Fixtures")

  /// The location of a fixture.
  public static func url(_ name: String) -> URL { directory.appending(path: name) }

  /// The content of a JSON fixture.
  ///
  /// - Throws: the error of reading it.
  public static func load<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
    try JSONDecoder().decode(type, from: Data(contentsOf: url(name)))
  }

  /// The contents of all JSON fixtures of a folder, in the order of their names.
  ///
  /// - Throws: the error of reading one.
  public static func loadAll<Content: Decodable>(_ folder: String, as type: Content.Type = Content.self) throws
    -> [Content]
  {
    try FileManager.default.contentsOfDirectory(atPath: url(folder).path).filter { $0.hasSuffix(".json") }.sorted()
      .map { try load("\(folder)/\($0)") }
  }
}

/// A tensor in a fixture: `{"dtype": "float32", "shape": [2], "data": "0.5 nan"}`.
///
/// Elements are one string with blanks between them: JSON has no NaN, and its readers round large integers.
public struct TensorFixture: Decodable, Sendable {
  /// The tensor.
  public let value: TensorValue

  private enum CodingKeys: String, CodingKey { case dtype, shape, data }

  /// Reads a tensor.
  ///
  /// - Throws: `DecodingError` if an element is not a number of the type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let shape = Shape(try container.decode([Int].self, forKey: .shape))
    let words = try container.decode(String.self, forKey: .data).split(separator: " ").map(String.init)
    func parse<Element: TensorElement>(_ element: (String) -> Element?) throws -> TensorValue {
      let elements = try words.map { word in
        guard let element = element(word) else {
          throw DecodingError.dataCorruptedError(
            forKey: .data, in: container, debugDescription: "'\(word)' is no number")
        }
        return element
      }
      guard elements.count == shape.elementCount else {
        throw DecodingError.dataCorruptedError(
          forKey: .data, in: container, debugDescription: "\(elements.count) elements do not fill \(shape)")
      }
      return TensorValue(elements, shape: shape)
    }
    switch try container.decode(DataType.self, forKey: .dtype) {
    case .float32: value = try parse { Float($0) }
    case .float64: value = try parse { Double($0) }
    case .int64: value = try parse { Int64($0) }
    case .bool: value = try parse { $0 == "1" ? true : $0 == "0" ? false : nil }
    }
  }
}
