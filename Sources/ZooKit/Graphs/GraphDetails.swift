import Foundation
import GraphIR
import ONNXFormat

/// The origin of an imported graph.
public struct GraphDetails: Codable, Hashable, Sendable {
  /// An initializer of the file.
  public struct Initializer: Codable, Hashable, Sendable {
    /// The name in the file.
    public let name: String
    /// The element type, for example `float32`.
    public let dtype: String
    /// The extents.
    public let shape: [Int]
    /// The role in the graph: `parameter`, `buffer` or `constant`.
    public let role: String
    /// The reason for the role in a few words.
    public let reason: String

    /// Whether its elements are floating-point numbers.
    public var isFloatingPoint: Bool { DataType(rawValue: dtype)?.isFloatingPoint == true }
    /// For example `float32[2, 3]`.
    public var type: String { dtype + "[" + shape.map(String.init).joined(separator: ", ") + "]" }

    init(_ initializer: ImportedInitializer) {
      name = initializer.name
      dtype = initializer.type.dtype.rawValue
      shape = Array(initializer.type.shape)
      role = initializer.role.rawValue
      reason = initializer.reason
    }
  }

  /// The file's name without its folder.
  public let file: String
  /// SHA-256 of the file, in hexadecimal digits.
  public let fileDigest: String
  /// The program that wrote the file; empty if unknown.
  public let producer: String
  /// The version of that program; empty if unknown.
  public let producerVersion: String
  /// A description of the model for people.
  public let documentation: String
  /// Other metadata by key.
  public let metadata: [String: String]
  /// The extents of symbolic dimensions that were given at the import, by name.
  public let dimensions: [String: Int]
  /// The initializers in the order of the file, and their roles in the graph.
  public let initializers: [Initializer]
  /// Contradictions in the file and their resolution, a sentence each.
  public let notes: [String]

  init(_ imported: ImportedModel, file: String, digest: String, dimensions: [String: Int]) {
    self.file = file
    fileDigest = digest
    producer = imported.model.producerName
    producerVersion = imported.model.producerVersion
    documentation = imported.model.documentation
    metadata = imported.model.metadata
    self.dimensions = dimensions
    initializers = imported.initializers.map(Initializer.init)
    notes = imported.notes
  }

  /// The JSON that a store keeps.
  func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
