import Foundation
import GraphIR

/// The options of comparing generated samples with those of a data set.
public struct GeneratorEvaluationOptions: Sendable {
  /// A part of a data set.
  public enum Part: String, Sendable, CaseIterable, Codable {
    /// The samples for training.
    case train
    /// The samples for validation.
    case validation
  }

  /// The number of samples of both kinds; nil for 10,000, or as many as the data have.
  public var samples: Int?
  /// The network of features: an ONNX file, a run, or a graph of the store; nil for metrics without features.
  public var features: String?
  /// The value in that network whose elements are the features; nil for the input of its last linear layer.
  public var layer: String?
  /// The part of the data.
  public var part = Part.train
  /// The seed of all random numbers.
  public var seed: UInt64 = 0
  /// Samples in the data's original scale, [n, …], in place of those of the run's generator.
  public var generated: TensorValue?
  /// The folder or file of the data; nil for that of the run.
  public var data: URL?

  /// 10,000 samples of the generator and of the data for training, without features.
  public init() {}
}
