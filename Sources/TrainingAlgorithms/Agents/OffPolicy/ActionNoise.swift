/// The noise that is added to actions within ±1 for exploration.
public enum ActionNoise: Sendable, Hashable, Codable {
  /// Independent normal numbers with this standard deviation.
  case normal(sigma: Double)
  /// An Ornstein-Uhlenbeck process: x ← x − θ·x·dt + σ·√dt·n, from 0 in each episode.
  ///
  /// Source: arXiv:1509.02971, section 7; the defaults are those of Stable-Baselines3.
  case ornsteinUhlenbeck(sigma: Double, theta: Double = 0.15, dt: Double = 1e-2)

  /// - Throws: ``AlgorithmError`` that names the setting that is out of range.
  func validate() throws {
    switch self {
    case .normal(let sigma): try SettingCheck.nonnegative("noise.sigma", sigma)
    case .ornsteinUhlenbeck(let sigma, let theta, let dt):
      try SettingCheck.nonnegative("noise.sigma", sigma)
      try SettingCheck.nonnegative("noise.theta", theta)
      try SettingCheck.positive("noise.dt", dt)
    }
  }
}
