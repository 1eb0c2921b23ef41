/// The data of a run before its first step.
public struct NewRun: Sendable {
  /// A name for references to the run, without `@`.
  public var name: String?
  /// The model's name.
  public var model: String
  /// The recipe's text.
  public var recipe: String
  /// The seed of all its random streams.
  public var seed: UInt64
  /// The algorithm's name.
  public var algorithm: String
  /// Its settings, a JSON object.
  public var settings: String
  /// The target number of steps.
  public var targetStep: Int?
  /// The checkpoint from which it is forked.
  public var parent: CheckpointID?
  /// The device that computes it, for example `cpu`.
  public var backend: String
  /// The class of machine.
  public var machine: String
  /// The number of threads.
  public var threads: Int
  /// Versions, processor and instruction set, a JSON object of texts.
  public var platform: String?
  /// The absolute path of the data set's folder that the user named.
  public var data: String?

  /// A run to create.
  public init(
    name: String? = nil, model: String, recipe: String, seed: UInt64, algorithm: String, settings: String = "{}",
    targetStep: Int? = nil, parent: CheckpointID? = nil, backend: String, machine: String, threads: Int,
    platform: String? = nil, data: String? = nil
  ) {
    self.name = name
    self.model = model
    self.recipe = recipe
    self.seed = seed
    self.algorithm = algorithm
    self.settings = settings
    self.targetStep = targetStep
    self.parent = parent
    self.backend = backend
    self.machine = machine
    self.threads = threads
    self.platform = platform
    self.data = data
  }
}
