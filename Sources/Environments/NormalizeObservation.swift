/// Normalises each element of the observations to mean 0 and variance 1, by the moments of all observations so far.
///
/// The formula is (observation − mean) / √(variance + ε), in float32 throughout. The moments first include the
/// observations of all environments, also after a reset. In next-step mode, bits equal those of Gymnasium's wrapper of
/// this name, which has no other mode. In same-step mode `finalObservations` are normalised but not included in the
/// moments, as in Stable-Baselines3's `VecNormalize`. That wrapper keeps moments in float64 and clips to ±10.
///
/// Source: Gymnasium's `wrappers/vector/stateful_observation.py`.
public struct NormalizeObservation: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  /// The moments of the observations so far.
  public private(set) var moments: RunningMoments<Float>
  /// Whether the moments include new observations. False for an evaluation.
  public var updates: Bool
  /// The number added to the variance.
  public let epsilon: Double
  /// The greatest magnitude of the output, if there is a limit.
  public let clip: Double?

  /// Wraps an environment.
  /// - Parameters:
  ///   - base: the wrapped environment.
  ///   - epsilon: the number added to the variance, above 0, by default 10⁻⁸.
  ///   - clip: the greatest magnitude of the output, above 0; `nil`, the default, for none.
  ///   - moments: the initial moments, such as those of a training; `nil`, the default, for mean 0 and variance 1.
  ///   - updates: whether the moments include new observations, by default true.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if a value is out of range or the moments have another
  ///   number of elements than the observations.
  public init(
    _ base: any VectorEnvironment, epsilon: Double = 1e-8, clip: Double? = nil, moments: RunningMoments<Float>? = nil,
    updates: Bool = true
  ) throws(EnvironmentError) {
    let width = base.observationSpace.count
    try Self.check(epsilon: epsilon, clip: clip, id: base.id)
    guard moments.map({ $0.mean.count == width }) ?? true else {
      throw EnvironmentError(
        .invalidSetting,
        "\(base.id): expected moments of observations with \(width) elements, found \(moments?.mean.count ?? 0)")
    }
    self.base = base
    self.moments = moments ?? RunningMoments(width: width)
    self.updates = updates
    self.epsilon = epsilon
    self.clip = clip
  }

  /// All vectors, or those within the limit.
  public var observationSpace: Box {
    let limit = clip.map { Float($0) } ?? .infinity
    let high = [Float](repeating: limit, count: base.observationSpace.count)
    return Box(low: high.map(-), high: high)
  }

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(seed: seed, into: &step)
    normalizeAll(&step)
  }

  /// Starts a new episode in some environments; only their observations are included and normalised.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(where: mask, into: &step)
    let width = base.observationSpace.count
    let copies = mask.indices.filter { mask[$0] }
    if updates, !copies.isEmpty {
      moments.update(with: copies.flatMap { step.observations[$0 * width..<($0 + 1) * width] })
    }
    for copy in copies {
      normalize(row: copy, of: &step.observations)
    }
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions, into: &step)
    normalizeAll(&step)
    if autoresetMode == .sameStep {
      for copy in 0..<count where step.isOver(copy) {
        normalize(row: copy, of: &step.finalObservations)
      }
    }
  }

  private mutating func normalizeAll(_ step: inout VectorStep) {
    if updates {
      moments.update(with: step.observations)
    }
    for copy in 0..<count {
      normalize(row: copy, of: &step.observations)
    }
  }

  private func normalize(row: Int, of observations: inout [Float]) {
    let width = moments.mean.count
    for column in 0..<width {
      let index = row * width + column
      let scale = (moments.variance[column] + Float(epsilon)).squareRoot()
      let value = (observations[index] - moments.mean[column]) / scale
      observations[index] = clip.map { min(max(value, -Float($0)), Float($0)) } ?? value
    }
  }

  static func check(epsilon: Double, clip: Double?, id: String) throws(EnvironmentError) {
    guard epsilon > 0, epsilon.isFinite, clip ?? 1 > 0 else {
      throw EnvironmentError(
        .invalidSetting,
        "\(id): expected an epsilon and a clip above 0 for the normalisation, found \(epsilon) and "
          + (clip.map { "\($0)" } ?? "none"))
    }
  }

  /// The wrapped environment's state with the moments.
  public var state: EnvironmentState {
    get throws(EnvironmentError) { try base.state.adding(moments.arrays("observation-moments")) }
  }

  /// Restores a saved state.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    let moments = try RunningMoments<Float>("observation-moments", width: moments.mean.count, in: state)
    try base.restore(state)
    self.moments = moments
  }
}
