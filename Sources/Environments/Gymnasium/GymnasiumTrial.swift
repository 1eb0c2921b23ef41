/// The steps that a Python environment takes on trial before its copies are made.
public enum GymnasiumTrial: String, Sendable, CaseIterable, Encodable {
  /// None.
  case none
  /// A few steps, which show whether the environment keeps to Gymnasium's interface.
  case steps
  /// A few steps, and the same ones of a pickled copy and of a second instance. They show whether the environment can
  /// be saved, and whether a seed decides all that happens.
  case saving
}
