/// The environments that recipes can name, beside Gymnasium's in a Python process.
///
/// ```swift
/// var registry = EnvironmentRegistry.standard
/// registry.register("Maze-v0") { copies in
///   try SyncVectorEnvironment(copies) { seed in Maze(seed: seed, timeLimit: copies.timeLimit ?? 200) }
/// }
/// ```
public struct EnvironmentRegistry: Sendable {
  /// The parallel environments to create.
  public struct Copies: Sendable {
    /// The number of environments, at least 1.
    public var count: Int
    /// The seed of the first environment's generator; the second has the next number, and so on, modulo 2^64.
    public var seed: UInt64
    /// The number of steps after which an episode is cut off; nil for the task's own.
    public var timeLimit: Int?
    /// When a new episode starts in an environment whose episode has ended.
    public var autoresetMode: AutoresetMode

    /// Parallel environments.
    public init(count: Int, seed: UInt64, timeLimit: Int? = nil, autoresetMode: AutoresetMode = .nextStep) {
      self.count = count
      self.seed = seed
      self.timeLimit = timeLimit
      self.autoresetMode = autoresetMode
    }
  }

  private var makers: [String: @Sendable (Copies) throws -> any VectorEnvironment] = [:]

  /// A registry without environments.
  public init() {}

  /// The library's own environments: those of ``EnvironmentID``.
  public static let standard: EnvironmentRegistry = {
    var registry = EnvironmentRegistry()
    for id in EnvironmentID.allCases {
      registry.register(id.rawValue) {
        try id.makeVector(
          count: $0.count, seed: $0.seed, timeLimit: $0.timeLimit, autoresetMode: $0.autoresetMode)
      }
    }
    return registry
  }()

  /// The names, in alphabetical order.
  public var names: [String] { makers.keys.sorted() }

  /// Adds an environment, or replaces the one with this name.
  ///
  /// - Parameters:
  ///   - name: a name in Gymnasium's form, version included: `Maze-v0`.
  ///   - make: creates parallel environments.
  public mutating func register(_ name: String, make: @escaping @Sendable (Copies) throws -> any VectorEnvironment) {
    makers[name] = make
  }

  /// Creates parallel environments, in the state in which a reset leaves them.
  ///
  /// - Throws: `EnvironmentError` with code `.unknownEnvironment`, which lists the known names; the errors of `make`.
  public func make(_ name: String, _ copies: Copies) throws -> any VectorEnvironment {
    guard let make = makers[name] else {
      throw EnvironmentError(
        .unknownEnvironment,
        "there is no environment '\(name)'; known: \(names.joined(separator: ", "))")
    }
    return try make(copies)
  }
}

/// All registries are equal: settings that differ only in their registry describe the same training.
extension EnvironmentRegistry: Hashable {
  /// True.
  public static func == (_: Self, _: Self) -> Bool { true }

  /// Adds nothing.
  public func hash(into hasher: inout Hasher) {}
}
