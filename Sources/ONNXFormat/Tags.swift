/// Entries of `metadata_props` that tell apart what ONNX does not: parameters from constants, and outputs from updates.
/// Other programs ignore them; without them the importer goes by element types and by who reads a tensor.
enum Tags {
  /// The key of an initializer's ``Role``.
  static let role = "zoo.role"
  /// The key of an output that is there because a parameter becomes it; its value is the parameter's name.
  static let update = "zoo.update"
  /// The key of an output that is only there because of `update`.
  static let hidden = "zoo.hidden"

  /// What an initializer is in a graph.
  enum Role: String, CaseIterable {
    /// A parameter that an optimiser changes.
    case parameter
    /// A parameter that no optimiser changes.
    case buffer
    /// A value that never changes.
    case constant
  }
}
