import Datasets
import GraphIR

/// The inputs of a training beside its algorithm and its state.
public struct TrainingSetup {
  /// The samples for training; nil for agents, whose settings have an environment.
  public var data: (any Dataset)?
  /// The samples for validation; nil if there are none.
  public var validation: (any Dataset)?
  /// The random changes of samples in training.
  public var augment = Augmentation()
  /// Measures the samples of a generator during training; nil for no evaluations.
  public var generatorEvaluator: (any GeneratorEvaluator)?
  /// The seed of all random streams of a new training.
  public var seed: UInt64
  /// The step at which the training is done; schedules reach their end there.
  public var target: Int
  /// The programs that the training started with; nil for the algorithm's own.
  public var programs: [String: Graph]?
  /// Creates the runner of the programs.
  public var makeRunner: MakeProgramRunner

  /// A setup.
  public init(
    data: (any Dataset)? = nil, seed: UInt64, target: Int, programs: [String: Graph]? = nil,
    makeRunner: @escaping MakeProgramRunner
  ) {
    self.data = data
    self.seed = seed
    self.target = target
    self.programs = programs
    self.makeRunner = makeRunner
  }

  /// Trains with a data set: its parts for training and validation, and the changes of samples.
  public mutating func use(_ data: any Dataset, _ settings: DatasetSettings) {
    (self.data, validation) = DatasetPart.split(data, validation: settings.validation)
    augment = settings.augment
  }

  /// The samples for training, which fit the first input of a network.
  ///
  /// - Parameters:
  ///   - network: a network that takes samples. Its first axis is the batch.
  ///   - batch: the number of samples of an update.
  /// - Throws: ``AlgorithmError`` with code `.setting` if there are no data, or fewer samples than `batch`; with code
  ///   `.network` if the input is not float32, or has another number of values than a sample.
  public func samples(for network: Graph, batch: Int) throws(AlgorithmError) -> any Dataset {
    guard let data else { throw AlgorithmError(.setting, "the run has no data set; its algorithm needs one") }
    let input = network.inputs[0].type
    let taken = Shape(input.shape.dropFirst())
    guard input.dtype == .float32, data.sampleSize == taken.elementCount else {
      throw AlgorithmError(
        .network,
        "a sample of '\(data.name)' is float32\(Shape(data.sampleShape)), \(data.sampleSize) values; the network "
          + "'\(network.name)' takes \(input.dtype)\(taken), \(taken.elementCount) values")
    }
    guard data.count >= batch else {
      throw AlgorithmError(
        .setting, "settings: batch is \(batch), but '\(data.name)' has \(data.count) samples for training",
        setting: "batch")
    }
    return data
  }
}
