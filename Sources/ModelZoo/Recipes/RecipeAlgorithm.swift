/// The algorithms that recipes can name.
public enum RecipeAlgorithm: String, CaseIterable, Sendable, Codable {
  /// `WGANGP`.
  case wganGP = "wgan-gp"
}
