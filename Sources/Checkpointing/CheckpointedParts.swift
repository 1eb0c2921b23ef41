/// Something whose state is that of some of its stored properties, which it lists once.
///
/// ```swift
/// struct Walk: CheckpointedParts {
///   var position = 0
///   var stream: RandomStream
///   static var parts: [StatePart<Self>] { [.init("position", \.position), .init("stream", \.stream)] }
/// }
/// ```
public protocol CheckpointedParts: Checkpointed {
  /// The properties that checkpoints keep, with their names.
  static var parts: [StatePart<Self>] { get }
}

extension CheckpointedParts {
  /// Adds every part to a checkpoint.
  ///
  /// - Throws: the parts' errors.
  public func save(to state: inout TrainingState, as name: String) throws {
    for part in Self.parts { try part.save(self, &state, StateName.join(name, part.name)) }
  }

  /// Replaces every part by that of a checkpoint.
  ///
  /// - Throws: ``CheckpointError`` if something is missing or does not fit.
  public mutating func restore(from state: TrainingState, as name: String) throws {
    try restoreParts(from: state, as: name)
  }

  /// The default of `restore(from:as:)`, for types that check more than their parts do.
  ///
  /// - Throws: ``CheckpointError`` if something is missing or does not fit.
  public mutating func restoreParts(from state: TrainingState, as name: String) throws {
    for part in Self.parts { try part.restore(&self, state, StateName.join(name, part.name)) }
  }
}

/// A stored property of `Root` that checkpoints keep.
public struct StatePart<Root> {
  /// The name of the part, below that of its root.
  public let name: String
  let save: (Root, inout TrainingState, String) throws -> Void
  let restore: (inout Root, TrainingState, String) throws -> Void

  /// A property with its name. The name may be empty if the property consists of named parts.
  public init<Part: Checkpointed>(_ name: String, _ property: WritableKeyPath<Root, Part>) {
    self.name = name
    save = { try $0[keyPath: property].save(to: &$1, as: $2) }
    restore = { try $0[keyPath: property].restore(from: $1, as: $2) }
  }

  /// A count with the range that it must lie in.
  public init(_ name: String, _ property: WritableKeyPath<Root, Int>, in range: ClosedRange<Int>) {
    self.name = name
    save = { $1.counters[$2] = Int64($0[keyPath: property]) }
    restore = { $0[keyPath: property] = try $1.counter($2, in: range) }
  }
}
