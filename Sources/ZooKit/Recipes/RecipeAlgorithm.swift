/// The algorithms that recipes can name.
public enum RecipeAlgorithm: String, CaseIterable, Sendable, Codable {
  /// `WGANGP`.
  case wganGP = "wgan-gp"
  /// `PPO`.
  case ppo
  /// `A2C`.
  case a2c
  /// `DDPG`.
  case ddpg
  /// `TD3`.
  case td3
  /// `SAC`.
  case sac
  /// `Imitation`.
  case imitation
}
