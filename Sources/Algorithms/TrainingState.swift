import GraphIR

/// Everything that the next step depends on. Two equal states go on with equal bits.
public struct TrainingState: Sendable, Hashable {
  /// Parameters, running statistics and optimiser states, by name.
  public var tensors: [String: TensorValue]
  /// Random streams, by name.
  public var streams: [String: RandomStream]
  /// Counts and positions, by name.
  public var counters: [String: Int64]

  /// A state.
  public init(tensors: [String: TensorValue], streams: [String: RandomStream], counters: [String: Int64]) {
    self.tensors = tensors
    self.streams = streams
    self.counters = counters
  }

  /// The name of the first tensor, in alphabetical order, that holds a NaN or an infinity.
  public var firstNonFinite: String? {
    tensors.sorted { $0.key < $1.key }.first { !$0.value.isFinite }?.key
  }

  func stream(_ name: String) throws -> RandomStream {
    guard let stream = streams[name] else {
      throw AlgorithmError(.state, "the checkpoint has no random stream '\(name)'")
    }
    return stream
  }

  func counter(_ name: String) throws -> Int {
    guard let counter = counters[name] else { throw AlgorithmError(.state, "the checkpoint has no counter '\(name)'") }
    return Int(counter)
  }

  /// A counter that must lie in a range.
  func counter(_ name: String, in range: ClosedRange<Int>) throws -> Int {
    let counter = try counter(name)
    guard range.contains(counter) else {
      throw AlgorithmError(
        .state,
        "the checkpoint's counter '\(name)' is \(counter), expected \(range.lowerBound) to \(range.upperBound)")
    }
    return counter
  }

  /// A tensor that must have a type.
  func tensor(_ name: String, _ type: TensorType) throws -> TensorValue {
    guard let tensor = tensors[name], tensor.type == type else {
      throw AlgorithmError(
        .state,
        "the tensor '\(name)' of the state: expected \(type), found \(tensors[name]?.type.description ?? "nothing")")
    }
    return tensor
  }
}

extension TensorValue {
  /// Whether no element is a NaN or an infinity. Integers always are finite.
  var isFinite: Bool {
    switch dtype {
    // The largest magnitude rather than a search, which the compiler can't vectorise: 25 MB take 2 ms instead of 8.
    case .float32:
      withElements(of: Float.self) { $0.reduce(0) { max($0, $1.bitPattern & 0x7FFF_FFFF) } < Float.infinity.bitPattern }
    case .float64:
      withElements(of: Double.self) { $0.allSatisfy(\.isFinite) }
    case .int64, .bool: true
    }
  }
}
