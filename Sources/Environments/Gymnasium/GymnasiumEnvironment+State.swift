extension GymnasiumEnvironment {
  /// The pickled environments. If they can't be pickled, it is a seed for new episodes, derived from the seed and the
  /// number of steps so far.
  /// - Throws: `EnvironmentError` with code `.worker` if the environment has failed.
  public var state: EnvironmentState {
    get throws(EnvironmentError) {
      let result = try worker.ask(.getState)
      guard result.first != 0 else {
        var seed: [UInt64] = [0]
        var reader = ByteReader(Array(result.dropFirst()))
        guard reader.left >= MemoryLayout<UInt64>.size else {
          throw worker.fail("the environment's worker sent no seed")
        }
        reader.read(into: &seed, at: 0..<1)
        return EnvironmentState(["\(id)/\(EnvironmentState.seedName)": .int64([Int64(bitPattern: seed[0])])])
      }
      let pickle = Array(result.dropFirst())
      return EnvironmentState([
        "\(id)/pickle": .int64(EnvironmentState.words(of: pickle)), "\(id)/pickle-bytes": .int64([Int64(pickle.count)]),
      ])
    }
  }

  /// Restores a saved state; throws and stays as it is when the state doesn't fit.
  ///
  /// If the state doesn't continue episodes (`EnvironmentState.continuesEpisodes`), call `reset(seed:into:)` with `nil`
  /// for the seed before the next step. Read the warning about pickles in the documentation of the type.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    let seedName = "\(id)/\(EnvironmentState.seedName)"
    var body: [UInt8]
    if state.arrays[seedName] != nil {
      body = [0]
      body.append(memoryOf: try state.int64(seedName, count: 1))
    } else {
      let words = try state.int64("\(id)/pickle", count: nil)
      let size = try state.counts(
        "\(id)/pickle-bytes", count: 1, in: max(0, words.count * 8 - 7)...words.count * 8)[0]
      body = [1]
      body.append(memoryOf: words)
      body.removeLast(words.count * 8 - size)
    }
    _ = try worker.ask(.putState, body)
  }
}

extension EnvironmentState {
  static let seedName = "seed-of-new-episodes"

  /// Whether a restored environment continues in the middle of the episodes, with the same bits.
  ///
  /// False for a `GymnasiumEnvironment` that can't be pickled: it starts new episodes. Their first observations come
  /// from `reset(seed:into:)` with `nil` for the seed, before the next step.
  public var continuesEpisodes: Bool { !arrays.keys.contains { $0.hasSuffix("/\(Self.seedName)") } }

  /// The bytes as integers, eight bytes each, the last one padded with zeros.
  static func words(of bytes: [UInt8]) -> [Int64] {
    var words = [Int64](repeating: 0, count: (bytes.count + 7) / 8)
    words.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
    return words
  }
}
