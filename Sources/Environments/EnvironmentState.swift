/// A snapshot of an environment and its wrappers. Restoring it continues with the same bits, in the middle of an
/// episode too.
///
/// A state is a set of named arrays. The first half of a name is that of the environment or the wrapper. Real numbers
/// are stored in the precision of their computation.
public struct EnvironmentState: Equatable, Sendable {
  /// An array of one of three kinds.
  public enum Values: Equatable, Sendable {
    /// Numbers that are computed in float32.
    case float32([Float])
    /// Numbers that are computed in float64.
    case float64([Double])
    /// Counts, flags (0 or 1) and the bits of generators.
    case int64([Int64])
  }

  /// The arrays, by name.
  public private(set) var arrays: [String: Values]

  /// Creates a state from its arrays.
  public init(_ arrays: [String: Values]) {
    self.arrays = arrays
  }

  /// Adds the arrays of another layer. Their names must be new.
  func adding(_ arrays: [String: Values]) -> EnvironmentState {
    EnvironmentState(self.arrays.merging(arrays) { _, _ in preconditionFailure("two layers have the same name") })
  }

  /// The float32 numbers with this name, all finite; a `count` of `nil` accepts any number of them.
  public func float32(_ name: String, count: Int?) throws(EnvironmentError) -> [Float] {
    guard case .float32(let numbers) = arrays[name], count ?? numbers.count == numbers.count else {
      throw mismatch(name, count, "float32 numbers")
    }
    try checkFinite(numbers, name)
    return numbers
  }

  /// The float64 numbers with this name, all finite; a `count` of `nil` accepts any number of them.
  public func float64(_ name: String, count: Int?) throws(EnvironmentError) -> [Double] {
    guard case .float64(let numbers) = arrays[name], count ?? numbers.count == numbers.count else {
      throw mismatch(name, count, "float64 numbers")
    }
    try checkFinite(numbers, name)
    return numbers
  }

  /// The integers with this name; a `count` of `nil` accepts any number of them.
  public func int64(_ name: String, count: Int?) throws(EnvironmentError) -> [Int64] {
    guard case .int64(let numbers) = arrays[name], count ?? numbers.count == numbers.count else {
      throw mismatch(name, count, "integers")
    }
    return numbers
  }

  /// The counts with this name, each within `range`.
  public func counts(_ name: String, count: Int?, in range: ClosedRange<Int>) throws(EnvironmentError) -> [Int] {
    let numbers = try int64(name, count: count)
    if let number = numbers.first(where: { !range.contains(Int($0)) }) {
      throw EnvironmentError(
        .invalidState,
        "a saved state's '\(name)' has \(number); expected numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return numbers.map { Int($0) }
  }

  /// The flags with this name.
  public func flags(_ name: String, count: Int) throws(EnvironmentError) -> [Bool] {
    try counts(name, count: count, in: 0...1).map { $0 == 1 }
  }

  private func checkFinite(_ numbers: [some BinaryFloatingPoint], _ name: String) throws(EnvironmentError) {
    if let index = numbers.firstIndex(where: { !$0.isFinite }) {
      throw EnvironmentError(
        .invalidState, "a saved state's '\(name)' has \(numbers[index]) at \(index); expected finite numbers")
    }
  }

  private func mismatch(_ name: String, _ count: Int?, _ kind: String) -> EnvironmentError {
    let expected = "expected a saved state with \(count.map { "\($0) " } ?? "")\(kind) named '\(name)'"
    let found =
      switch arrays[name] {
      case .float32(let numbers): "found \(numbers.count) float32 numbers"
      case .float64(let numbers): "found \(numbers.count) float64 numbers"
      case .int64(let numbers): "found \(numbers.count) integers"
      case nil: "found only: \(arrays.keys.sorted().joined(separator: ", "))"
      }
    return EnvironmentError(.invalidState, "\(expected), \(found)")
  }
}
