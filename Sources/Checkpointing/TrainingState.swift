import GraphIR

/// The complete state of a training at one step: everything that its next step depends on.
///
/// Two equal states continue with equal bits. Names are permanent: stores and exported files contain them:
/// `critic/linear1.weight`, `critic/adam/m/linear1.weight`, `shuffle/epoch`. A state shares the memory of its tensors
/// with their source.
public struct TrainingState: Sendable, Hashable {
  /// The number of steps done.
  public var step: Int
  /// Parameters, running statistics, optimiser states and buffers, by name.
  public var tensors: [String: TensorValue]
  /// Random streams, by name.
  public var streams: [String: RandomStream]
  /// Counts and positions, by name.
  public var counters: [String: Int64]

  /// A state from its parts.
  public init(
    step: Int, tensors: [String: TensorValue] = [:], streams: [String: RandomStream] = [:],
    counters: [String: Int64] = [:]
  ) {
    self.step = step
    self.tensors = tensors
    self.streams = streams
    self.counters = counters
  }

  /// The names of all parts.
  public var names: [String] { Array(tensors.keys) + Array(streams.keys) + Array(counters.keys) }

  /// The name of the first tensor, in alphabetical order, that holds a NaN or an infinity.
  public var firstNonFinite: String? {
    tensors.sorted { $0.key < $1.key }.first { !$0.value.isFinite }?.key
  }
}

extension TrainingState {
  /// A tensor of a given type.
  ///
  /// - Throws: ``CheckpointError`` with code `tensor` if it is missing or has another type.
  public func tensor(_ name: String, _ type: TensorType) throws -> TensorValue {
    guard let tensor = tensors[name], tensor.type == type else {
      throw CheckpointError(
        .tensor,
        "the tensor '\(name)' of the state: expected \(type), found \(tensors[name]?.type.description ?? "nothing")")
    }
    return tensor
  }

  /// A random stream.
  ///
  /// - Throws: ``CheckpointError`` with code `stream` if it is missing.
  public func stream(_ name: String) throws -> RandomStream {
    guard let stream = streams[name] else {
      throw CheckpointError(.stream, "the checkpoint has no random stream '\(name)'")
    }
    return stream
  }

  /// A counter within a range.
  ///
  /// - Throws: ``CheckpointError`` with code `counter` if it is missing or outside of the range.
  public func counter(_ name: String, in range: ClosedRange<Int> = Int.min...Int.max) throws -> Int {
    guard let counter = counters[name] else {
      throw CheckpointError(.counter, "the checkpoint has no counter '\(name)'")
    }
    guard range.contains(Int(counter)) else {
      let (low, high) = (range.lowerBound, range.upperBound)
      let expected = high == Int.max ? "at least \(low)" : low == high ? "\(low)" : "\(low) to \(high)"
      throw CheckpointError(.counter, "the checkpoint's counter '\(name)' is \(counter), expected \(expected)")
    }
    return Int(counter)
  }
}
