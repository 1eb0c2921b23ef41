/// When a vector environment starts a new episode in a copy whose episode has ended: Gymnasium's `AutoresetMode`.
public enum AutoresetMode: String, CaseIterable, Sendable {
  /// In the step after the last, which ignores that copy's action and gives the reward 0: Gymnasium's default.
  case nextStep = "next-step"
  /// In the last step itself: its observation is the new episode's first, and the old one's last is kept beside it.
  case sameStep = "same-step"
  /// Never: the caller resets such copies before the next step.
  case disabled
}
