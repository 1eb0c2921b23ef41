import NN

/// The settings of WGAN-GP, with the paper's defaults (arXiv:1704.00028, algorithm 1).
public struct WGANGPSettings: Sendable, Hashable {
  /// Samples of an update.
  public var batch = 64
  /// The updates of the critic for each update of the generator.
  public var criticSteps = 5
  /// The losses of critic and generator, to which the penalty is added.
  public var loss = AdversarialLoss.wasserstein
  /// The gradient penalty.
  public var penalty = Penalty()
  /// The optimiser of each network, with its learning rate.
  public var optimizer = AnyOptimizer(Adam(rate: 1e-4, betas: [0, 0.9]))
  /// The generator's optimiser; nil, the default, for ``optimizer``. Two learning rates are those of arXiv:1706.08500.
  ///
  /// Its learning rate is constant if ``rate`` is when the optimiser is set for the first time.
  public var generatorOptimizer: AnyOptimizer? {
    didSet {
      if generatorOptimizer == nil { isGeneratorRateLinear = false }
      if oldValue == nil, generatorOptimizer != nil { isGeneratorRateLinear = isRateLinear }
    }
  }
  /// The number of classes of the data; nil, the default, for networks without labels.
  public var classes: Int?
  /// The weight of the auxiliary classifier's loss, arXiv:1610.09585; 0, the default, for no classifier.
  public var classifierWeight = 0.0
  /// The moving average of the generator; by default none.
  public var ema = MovingAverage()
  /// The pictures of samples in the course of training; by default none. They change nothing else.
  public var samples = SampleSettings()
  /// The evaluations during training; by default none.
  public var evaluation = GeneratorEvaluationSettings()

  private var isRateLinear = false
  private var isGeneratorRateLinear = false

  /// The paper's hyperparameters.
  public init() {}
}

extension WGANGPSettings {
  /// The learning rate of ``optimizer``: constant, the default, or linear from there to 0 at the run's target.
  public var rate: Schedule {
    get { Self.schedule(optimizer, isLinear: isRateLinear) }
    set {
      optimizer.base.rate = newValue.first
      isRateLinear = !newValue.isConstant
    }
  }

  /// The learning rate of ``generatorOptimizer``; nil, the default, for ``rate``. Setting it creates a copy of
  /// ``optimizer`` for the generator if there is none.
  public var generatorRate: Schedule? {
    get { generatorOptimizer.map { Self.schedule($0, isLinear: isGeneratorRateLinear) } }
    set {
      var own = generatorOptimizer ?? optimizer
      if let newValue { own.base.rate = newValue.first }
      generatorOptimizer = newValue == nil ? nil : own
      isGeneratorRateLinear = newValue.map { !$0.isConstant } ?? false
    }
  }

  private static func schedule(_ optimizer: AnyOptimizer, isLinear: Bool) -> Schedule {
    isLinear ? .linear(optimizer.base.rate) : .constant(optimizer.base.rate)
  }
}

extension WGANGPSettings: Codable {
  private enum CodingKeys: String, CodingKey {
    case batch, criticSteps, loss, penalty, optimizer, rate, generatorOptimizer, generatorRate, ema, classes, classifier
    case samples, evaluation
  }
  private enum ClassifierKeys: String, CodingKey { case weight }

  /// Reads settings. Runs of an early version lack some of them; those have their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    batch = try values.decode(Int.self, forKey: .batch)
    criticSteps = try values.decode(Int.self, forKey: .criticSteps)
    if let name = try values.decodeIfPresent(String.self, forKey: .loss) {
      guard let named = AdversarialLoss(named: name) else {
        throw DecodingError.dataCorruptedError(forKey: .loss, in: values, debugDescription: "unknown")
      }
      loss = named
    }
    penalty = try values.decode(Penalty.self, forKey: .penalty)
    optimizer = try values.decode(AnyOptimizer.self, forKey: .optimizer)
    rate = try values.decodeIfPresent(Schedule.self, forKey: .rate) ?? rate
    generatorOptimizer = try values.decodeIfPresent(AnyOptimizer.self, forKey: .generatorOptimizer)
    generatorRate = try values.decodeIfPresent(Schedule.self, forKey: .generatorRate) ?? generatorRate
    ema = try values.decodeIfPresent(MovingAverage.self, forKey: .ema) ?? ema
    classes = try values.decodeIfPresent(Int.self, forKey: .classes)
    samples = try values.decodeIfPresent(SampleSettings.self, forKey: .samples) ?? samples
    if values.contains(.classifier) {
      let classifier = try values.nestedContainer(keyedBy: ClassifierKeys.self, forKey: .classifier)
      classifierWeight = try classifier.decode(Double.self, forKey: .weight)
    }
    evaluation = try values.decodeIfPresent(GeneratorEvaluationSettings.self, forKey: .evaluation) ?? evaluation
  }

  /// Writes what ``init(from:)`` reads. Constant learning rates are those of the optimisers.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(batch, forKey: .batch)
    try values.encode(criticSteps, forKey: .criticSteps)
    try values.encode(loss.name, forKey: .loss)
    try values.encode(penalty, forKey: .penalty)
    try values.encode(optimizer, forKey: .optimizer)
    if isRateLinear { try values.encode(rate, forKey: .rate) }
    try values.encodeIfPresent(generatorOptimizer, forKey: .generatorOptimizer)
    if isRateLinear || isGeneratorRateLinear { try values.encodeIfPresent(generatorRate, forKey: .generatorRate) }
    if ema != MovingAverage() { try values.encode(ema, forKey: .ema) }
    try values.encodeIfPresent(classes, forKey: .classes)
    if samples != SampleSettings() { try values.encode(samples, forKey: .samples) }
    if classifierWeight > 0 {
      var classifier = values.nestedContainer(keyedBy: ClassifierKeys.self, forKey: .classifier)
      try classifier.encode(classifierWeight, forKey: .weight)
    }
    if evaluation != GeneratorEvaluationSettings() { try values.encode(evaluation, forKey: .evaluation) }
  }
}
