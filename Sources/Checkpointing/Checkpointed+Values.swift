import GraphIR

extension Int: Checkpointed {
  /// Adds a counter.
  public func save(to state: inout TrainingState, as name: String) { state.counters[name] = Int64(self) }

  /// Reads a counter.
  public mutating func restore(from state: TrainingState, as name: String) throws { self = try state.counter(name) }
}

extension UInt64: Checkpointed {
  /// Adds a counter with the same bits.
  public func save(to state: inout TrainingState, as name: String) {
    state.counters[name] = Int64(bitPattern: self)
  }

  /// Reads a counter with the same bits.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    self = UInt64(bitPattern: Int64(try state.counter(name)))
  }
}

extension Bool: Checkpointed {
  /// Adds a counter, 0 or 1.
  public func save(to state: inout TrainingState, as name: String) { state.counters[name] = self ? 1 : 0 }

  /// Reads a counter, 0 or 1.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    self = try state.counter(name, in: 0...1) == 1
  }
}

extension Double: Checkpointed {
  /// Adds a counter with the same bits.
  public func save(to state: inout TrainingState, as name: String) { bitPattern.save(to: &state, as: name) }

  /// Reads a counter with the same bits.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    var bits: UInt64 = 0
    try bits.restore(from: state, as: name)
    self = Double(bitPattern: bits)
  }
}

extension Float: Checkpointed {
  /// Adds a counter with the same bits.
  public func save(to state: inout TrainingState, as name: String) { state.counters[name] = Int64(bitPattern) }

  /// Reads a counter with the same bits.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    self = Float(bitPattern: UInt32(try state.counter(name, in: 0...Int(UInt32.max))))
  }
}

extension RandomStream: Checkpointed {
  /// Adds the stream.
  public func save(to state: inout TrainingState, as name: String) { state.streams[name] = self }

  /// Reads the stream.
  public mutating func restore(from state: TrainingState, as name: String) throws { self = try state.stream(name) }
}

extension [Float]: Checkpointed {
  /// Adds a vector; an empty array adds nothing.
  public func save(to state: inout TrainingState, as name: String) {
    if !isEmpty { state.tensors[name] = TensorValue(self) }
  }

  /// Reads a vector. It has the same length, unless this array is empty.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    let length = isEmpty ? state.tensors[name]?.count ?? 0 : count
    self = length == 0 ? [] : try state.tensor(name, TensorType(.float32, [length])).elements()
  }
}

/// A value that is one counter of a checkpoint.
private protocol Counter: Checkpointed { init() }
extension Int: Counter {}
extension UInt64: Counter {}
extension Bool: Counter {}
extension Double: Counter {}
extension Float: Counter {}

extension Optional: Checkpointed where Wrapped: Checkpointed {
  /// Adds the value; nil adds nothing.
  public func save(to state: inout TrainingState, as name: String) throws { try self?.save(to: &state, as: name) }

  /// Replaces the value. A number is nil if the checkpoint has none. A stream, an array or a part that the
  /// configuration lacks stays nil.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    guard let type = Wrapped.self as? any Counter.Type else { return try self?.restore(from: state, as: name) ?? () }
    guard state.counters[name] != nil else { return self = nil }
    var number = type.init()
    try number.restore(from: state, as: name)
    self = number as? Wrapped
  }
}
