import Checkpointing

/// An endless sequence of a data set's rows, with a new random order in each epoch.
///
/// The order is a pure function of key and epoch. Three values restore a sequence exactly. Every batch is full: the
/// rows left at the end of an epoch are dropped, as in PyTorch's `DataLoader(shuffle=True, drop_last=True)`.
///
/// ```swift
/// var shuffle = Shuffle(count: dataset.count, key: seed)
/// let batch = dataset.samples(try shuffle.next(64))
/// ```
public struct Shuffle: Sendable, Equatable, Checkpointed {
  /// The state of a sequence over a data set of known size.
  public struct State: Codable, Equatable, Sendable {
    /// The seed of all permutations.
    public var key: UInt64
    /// The number of finished epochs.
    public var epoch: Int
    /// The number of rows of this epoch that were returned.
    public var position: Int

    /// Creates a state from its parts.
    public init(key: UInt64, epoch: Int = 0, position: Int = 0) {
      self.key = key
      self.epoch = epoch
      self.position = position
    }
  }

  /// The number of rows that are shuffled.
  public let count: Int
  /// The state for a checkpoint.
  public private(set) var state: State
  private var order: [Int]

  /// Starts a sequence at epoch 0.
  /// - Parameters:
  ///   - count: the number of rows.
  ///   - key: the seed; equal keys produce equal sequences.
  public init(count: Int, key: UInt64) {
    self.count = count
    state = State(key: key)
    order = Self.permutation(count: count, key: key, epoch: 0)
  }

  /// Continues a sequence from a saved `state`.
  /// - Throws: `DatasetError` with code `.invalidPosition` if the state doesn't lie inside a data set of this size.
  public init(count: Int, state: State) throws(DatasetError) {
    guard state.epoch >= 0, (0...count).contains(state.position) else {
      throw DatasetError(
        code: .invalidPosition,
        message: "expected a shuffle position within \(count) rows, found row \(state.position) of epoch"
          + " \(state.epoch); was the run started with another data set?")
    }
    self.count = count
    self.state = state
    order = Self.permutation(count: count, key: state.key, epoch: state.epoch)
  }

  /// Adds key, epoch and position.
  public func save(to state: inout TrainingState, as name: String) {
    self.state.key.save(to: &state, as: StateName.join(name, "key"))
    self.state.epoch.save(to: &state, as: StateName.join(name, "epoch"))
    self.state.position.save(to: &state, as: StateName.join(name, "position"))
  }

  /// Restores the position at which a checkpoint was written.
  ///
  /// - Throws: `CheckpointError` if something is missing, `DatasetError` with code `.invalidPosition` if the position
  ///   does not lie within ``count`` rows.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    var saved = State(key: 0)
    try saved.key.restore(from: state, as: StateName.join(name, "key"))
    try saved.epoch.restore(from: state, as: StateName.join(name, "epoch"))
    try saved.position.restore(from: state, as: StateName.join(name, "position"))
    self = try Shuffle(count: count, state: saved)
  }

  /// The next `batch` rows; a new epoch begins when fewer are left.
  /// - Throws: `DatasetError` with code `.invalidBatch` if `batch` isn't in `1...count`.
  public mutating func next(_ batch: Int) throws(DatasetError) -> [Int] {
    guard batch >= 1, batch <= count else {
      throw DatasetError(
        code: .invalidBatch,
        message: "expected a batch of 1 to \(count) images, the size of the data set, found \(batch)")
    }
    if state.position > count - batch { beginEpoch() }
    defer { state.position += batch }
    return Array(order[state.position..<state.position + batch])
  }

  /// Skips the rest of the epoch, unless none of it was returned.
  public mutating func beginEpoch() {
    guard state.position > 0 else { return }
    state.epoch += 1
    state.position = 0
    order = Self.permutation(count: count, key: state.key, epoch: state.epoch)
  }

  /// The order of `0..<count` in an epoch: Fisher and Yates's shuffle, from the last place to the second.
  public static func permutation(count: Int, key: UInt64, epoch: Int) -> [Int] {
    var generator = SplitMix64(key: key, stream: UInt64(bitPattern: Int64(epoch)))
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(generator.next(below: UInt64(last + 1))))
    }
    return order
  }
}
