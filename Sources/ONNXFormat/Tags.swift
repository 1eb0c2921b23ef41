/// Entries of `metadata_props` for distinctions that ONNX lacks: parameters from constants, and outputs from updates.
/// Other programs ignore them. Without them ``InitializerRoles`` decides.
enum Tags {
  /// The key of an initializer's role.
  static let role = "zoo.role"
  /// The key of an output that is the next value of a parameter; its value is the parameter's name.
  static let update = "zoo.update"
  /// The key of an output that exists only because of `update`.
  static let hidden = "zoo.hidden"
}
