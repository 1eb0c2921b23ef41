/// Concatenates the latest observations of each environment, the oldest first.
///
/// The first observation of an episode takes all places, as in Gymnasium's `FrameStackObservation` with the padding
/// `reset`.
///
/// Source: Gymnasium's `wrappers/stateful_observation.py`.
public struct FrameStack: VectorWrapper {
  /// The wrapped environment.
  public var base: any VectorEnvironment
  /// The number of observations that are concatenated.
  public let frames: Int
  /// The concatenated observations of each environment.
  private var stack: [Float]
  /// The environments in which the next step starts a new episode.
  private var hasEnded: [Bool]
  private var inner: VectorStep

  /// Wraps an environment.
  /// - Parameters:
  ///   - base: the wrapped environment.
  ///   - frames: the number of observations to concatenate.
  /// - Throws: `EnvironmentError` with code `.invalidSetting` if the number is less than 1.
  public init(_ base: any VectorEnvironment, frames: Int) throws(EnvironmentError) {
    guard frames > 0 else {
      throw EnvironmentError(.invalidSetting, "\(base.id): expected at least 1 frame, found \(frames)")
    }
    self.base = base
    self.frames = frames
    stack = [Float](repeating: 0, count: base.count * frames * base.observationSpace.count)
    hasEnded = [Bool](repeating: false, count: base.count)
    inner = VectorStep(for: base)
  }

  /// The wrapped environment's observations, concatenated.
  public var observationSpace: Box { base.observationSpace.repeated(frames) }

  /// Starts a new episode in every environment.
  public mutating func reset(seed: UInt64?, into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(seed: seed, into: &inner)
    begin(in: 0..<count, &step)
  }

  /// Starts a new episode in some environments.
  public mutating func reset(where mask: [Bool], into step: inout VectorStep) throws(EnvironmentError) {
    try base.reset(where: mask, into: &inner)
    begin(in: mask.indices.filter { mask[$0] }, &step)
  }

  private mutating func begin(in copies: some Sequence<Int>, _ step: inout VectorStep) {
    for copy in copies {
      fill(copy)
      hasEnded[copy] = false
      step.rewards[copy] = inner.rewards[copy]
      step.terminated[copy] = inner.terminated[copy]
      step.truncated[copy] = inner.truncated[copy]
      step.observations.replaceSubrange(row(copy), with: stack[row(copy)])
    }
    step.episodes = inner.episodes
  }

  /// Takes an action in every environment.
  public mutating func step(_ actions: ActionBatch, into step: inout VectorStep) throws(EnvironmentError) {
    try base.step(actions, into: &inner)
    for copy in 0..<count {
      if hasEnded[copy] {
        fill(copy)
        hasEnded[copy] = false
      } else if inner.isOver(copy), autoresetMode == .sameStep {
        shift(copy, adding: inner.finalObservations)
        step.finalObservations.replaceSubrange(row(copy), with: stack[row(copy)])
        fill(copy)
      } else {
        shift(copy, adding: inner.observations)
        hasEnded[copy] = inner.isOver(copy) && autoresetMode == .nextStep
      }
    }
    step.observations = stack
    step.rewards = inner.rewards
    step.terminated = inner.terminated
    step.truncated = inner.truncated
    step.episodes = inner.episodes
  }

  private var width: Int { base.observationSpace.count }

  private func row(_ copy: Int) -> Range<Int> { copy * frames * width..<(copy + 1) * frames * width }

  /// Puts an environment's observation in all places.
  private mutating func fill(_ copy: Int) {
    for frame in 0..<frames { put(inner.observations, of: copy, at: frame) }
  }

  /// Drops the oldest observation of an environment and adds a new one.
  private mutating func shift(_ copy: Int, adding observations: [Float]) {
    for index in row(copy).dropLast(width) { stack[index] = stack[index + width] }
    put(observations, of: copy, at: frames - 1)
  }

  private mutating func put(_ observations: [Float], of copy: Int, at frame: Int) {
    let start = (copy * frames + frame) * width
    stack.replaceSubrange(start..<start + width, with: observations[copy * width..<(copy + 1) * width])
  }

  /// The wrapped environment's state with the concatenated observations.
  public var state: EnvironmentState {
    get throws(EnvironmentError) {
      try base.state.adding([
        "frame-stack/observations": .float32(stack), "frame-stack/ended": .int64(hasEnded.map { $0 ? 1 : 0 }),
      ])
    }
  }

  /// Restores a saved state.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    let stack = try state.float32("frame-stack/observations", count: stack.count)
    let hasEnded = try state.flags("frame-stack/ended", count: count)
    try base.restore(state)
    (self.stack, self.hasEnded) = (stack, hasEnded)
  }
}
