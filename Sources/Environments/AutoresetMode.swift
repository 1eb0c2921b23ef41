/// The time at which a vector environment starts a new episode in an environment whose episode has ended: Gymnasium's
/// `AutoresetMode`.
public enum AutoresetMode: String, CaseIterable, Sendable {
  /// In the step after the last one. That step ignores the environment's action and has the reward 0. Gymnasium's
  /// default.
  case nextStep = "next-step"
  /// In the last step itself. Its observation is the new episode's first; the old episode's last one is kept beside it.
  case sameStep = "same-step"
  /// Never: the caller resets such environments before the next step.
  case disabled
}
