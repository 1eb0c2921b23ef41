import GraphIR

/// Measures the samples of a generator in the course of its training.
public protocol GeneratorEvaluator {
  /// The distance of generated samples from the data; less is better.
  ///
  /// - Parameters:
  ///   - generator: the network in inference mode: noise, and labels if it takes them, to samples.
  ///   - parameters: the value of each of its parameters.
  ///   - seed: the seed of all random numbers of this evaluation.
  ///   - isStopped: whether the user has asked to stop.
  /// - Throws: `CancellationError` if `isStopped` ended the evaluation; the reason of a failure.
  func distance(
    of generator: Graph, _ parameters: [String: TensorValue], seed: UInt64, isStopped: () -> Bool
  ) throws -> Double
}
