import GraphIR

/// A model that was read, and what the importer decided.
public struct ImportedModel: Hashable, Sendable {
  /// The model.
  public var model: ONNXModel
  /// The roles of the initializers, in the order of the file.
  public var initializers: [ImportedInitializer]
  /// Contradictions in the file and their resolution, a sentence each.
  public var notes: [String] = []
}

/// The role of an initializer in a graph, and the reason.
public struct ImportedInitializer: Hashable, Sendable {
  /// A role in a graph.
  public enum Role: String, Sendable, CaseIterable {
    /// A parameter that an optimiser changes.
    case parameter
    /// A parameter that no optimiser changes, such as running statistics.
    case buffer
    /// A value that never changes.
    case constant
  }

  /// The name in the file.
  public let name: String
  /// The type in the graph.
  public let type: TensorType
  /// The role.
  public let role: Role
  /// The reason in a few words.
  public let reason: String
}
