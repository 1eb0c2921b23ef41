import GraphIR

/// The tensors that persist between the steps of a program, each at a fixed address.
///
/// A ``Plan`` reads and writes them in place. Several plans may share one state, such as the steps of a critic and of a
/// generator. A state belongs to one thread at a time.
public final class ProgramState {
  /// The type and the location of a tensor.
  struct Place {
    let type: TensorType
    let offset: Int
  }

  /// The bytes of a cache line, and of the widest vector.
  static let alignment = 64

  private let bytes: UnsafeMutableRawPointer
  private let places: [String: Place]

  /// Creates a state with these tensors.
  ///
  /// - Parameters:
  ///   - tensors: the values by name.
  ///   - programs: the graphs that use the state. The tensors that one of their optimisers updates together are
  ///     adjacent: an update is one loop.
  public init(_ tensors: [String: TensorValue], for programs: [Graph]) {
    var order = programs.flatMap { OptimizerGroup.groups(of: $0) }.flatMap(\.stateNames)
    var seen: Set<String> = []
    order = order.filter { tensors[$0] != nil && seen.insert($0).inserted }
    order += tensors.keys.filter { !seen.contains($0) }.sorted()
    var places: [String: Place] = [:]
    var size = 0
    for name in order {
      guard let value = tensors[name] else { continue }
      places[name] = Place(type: value.type, offset: size)
      size += Self.rounded(value.byteCount)
    }
    self.places = places
    bytes = .allocate(byteCount: max(size, Self.alignment), alignment: Self.alignment)
    // The gaps between tensors take part in loops over all of them.
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: max(size, Self.alignment))
    for (name, value) in tensors { write(value, to: name) }
  }

  deinit { bytes.deallocate() }

  /// The bytes of a tensor, including the padding to the next one.
  static func rounded(_ byteCount: Int) -> Int { (byteCount + alignment - 1) / alignment * alignment }

  /// A copy of every tensor.
  public var tensors: [String: TensorValue] {
    places.mapValues { place in
      let value = TensorValue(uninitialized: place.type)
      value.storage.pointer.copyMemory(from: bytes + place.offset, byteCount: value.byteCount)
      return value
    }
  }

  /// The type of a tensor; nil if there is none of that name.
  public func type(of name: String) -> TensorType? { places[name]?.type }

  /// The address of a tensor; nil if there is none of that name.
  func pointer(to name: String) -> UnsafeMutableRawPointer? { places[name].map { bytes + $0.offset } }

  /// The byte offset of a tensor; nil if there is none of that name.
  func offset(of name: String) -> Int? { places[name]?.offset }

  /// Replaces a tensor. Requires one of that name and a value of its type.
  public func write(_ value: TensorValue, to name: String) {
    guard let place = places[name] else { preconditionFailure("the state has no '\(name)'") }
    precondition(place.type == value.type, "'\(name)' of the state: expected \(place.type), found \(value.type)")
    (bytes + place.offset).copyMemory(from: value.storage.pointer, byteCount: value.byteCount)
  }
}
