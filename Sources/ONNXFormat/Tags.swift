/// Entries of `metadata_props` for distinctions that ONNX lacks: parameters from constants, and outputs from updates.
/// Other programs ignore them. Without them the importer decides by element types and by the readers of a tensor.
enum Tags {
  /// The key of an initializer's ``Role``.
  static let role = "zoo.role"
  /// The key of an output that is the next value of a parameter; its value is the parameter's name.
  static let update = "zoo.update"
  /// The key of an output that exists only because of `update`.
  static let hidden = "zoo.hidden"

  /// The role of an initializer in a graph.
  enum Role: String, CaseIterable {
    /// A parameter that an optimiser changes.
    case parameter
    /// A parameter that no optimiser changes.
    case buffer
    /// A value that never changes.
    case constant
  }
}
