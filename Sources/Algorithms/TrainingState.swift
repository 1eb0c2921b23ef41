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

  func tensor(_ name: String) throws -> TensorValue {
    guard let value = tensors[name] else { throw AlgorithmError(.state, "the checkpoint has no tensor '\(name)'") }
    return value
  }

  func stream(_ name: String) throws -> RandomStream {
    guard let stream = streams[name] else { throw AlgorithmError(.state, "the checkpoint has no random stream '\(name)'") }
    return stream
  }

  func counter(_ name: String) throws -> Int {
    guard let counter = counters[name] else { throw AlgorithmError(.state, "the checkpoint has no counter '\(name)'") }
    return Int(counter)
  }
}

extension TensorValue {
  /// Whether no element is a NaN or an infinity. Integers always are finite.
  var isFinite: Bool {
    switch dtype {
    case .float32:
      // A flag over all bit patterns rather than an early exit, so that the loop vectorises.
      withUnsafeBytes { bytes in
        bytes.bindMemory(to: UInt32.self).reduce(into: false) { $0 = $0 || ($1 & 0x7F80_0000 == 0x7F80_0000) } == false
      }
    case .float64: elements(as: Double.self).allSatisfy(\.isFinite)
    case .int64, .bool: true
    }
  }
}
