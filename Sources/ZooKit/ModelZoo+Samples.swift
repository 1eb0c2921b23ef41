extension ModelZoo {
  /// The classes of samples of a conditional generator.
  public enum SampleLabels: Sendable, Hashable {
    /// Every class in turn.
    case inTurn
    /// One class, by its name or its number from 0.
    case one(String)
    /// A row of samples for each class, from the same noise.
    case rows
  }

  /// Draws samples from a generator, in inference mode.
  ///
  /// - Parameters:
  ///   - reference: `RUN`, `RUN@STEP`, `RUN@latest`, `RUN@best`, or `MODEL:trained`.
  ///   - network: the generator's role; by default `generator-ema` if there is a moving average, or `generator`.
  ///   - count: the number of samples; with ``SampleLabels/rows``, of each class.
  ///   - seed: the seed of the noise. Equal seeds give equal samples of one checkpoint.
  ///   - labels: the classes of a conditional generator; by default every class in turn.
  /// - Throws: as ``source(_:)`` and ``network(_:_:)``; ``ModelZooError`` if there is no such class.
  public func sample(
    _ reference: String, network: String? = nil, count: Int = 64, seed: UInt64 = 0, labels: SampleLabels = .inTurn
  ) throws -> GeneratedSamples {
    try source(reference).sample(network: network, count: count, seed: seed, labels: labels)
  }
}
