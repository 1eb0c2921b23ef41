import Datasets
import GraphIR

/// Applies the random changes of samples that a recipe asks for with `augment`, for an algorithm whose settings say so
/// (`appliesAugmentation`).
///
/// The draws of a step are a function of the seed and the step alone. A resumed training thus draws the same ones.
public struct Augmenter {
  private let changes: Augmentation
  private let key: UInt64

  /// The changes of a training.
  public init(_ setup: TrainingSetup) {
    changes = setup.augment
    key = RandomStream(seed: setup.seed, name: "augment").key
  }

  /// Changes the samples of a step in place.
  ///
  /// - Parameters:
  ///   - samples: the samples, one after the other.
  ///   - shape: the shape of a sample.
  ///   - step: the number of completed steps.
  public func apply(to samples: UnsafeMutableBufferPointer<Float>, shape: [Int], step: Int) {
    if changes.isEmpty { return }
    // No batch draws 2³² blocks.
    var stream = RandomStream(key: key, counter: UInt64(step) << 32)
    changes.apply(to: samples, shape: shape, &stream)
  }
}
