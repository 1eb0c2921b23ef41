/// The steps that a Python environment takes in a trial, before the parallel environments are created.
public enum GymnasiumTrial: String, Sendable, CaseIterable, Encodable {
  /// None.
  case none
  /// A few steps. They show whether the environment keeps to Gymnasium's interface.
  case steps
  /// A few steps, repeated by a pickled copy and by a second instance. They show whether the environment can be saved,
  /// and whether a seed determines everything.
  case saving
}
