extension GymnasiumEnvironment {
  /// The pickled environments. If they can't be pickled, it is a seed for new episodes, derived from the seed and the
  /// number of steps so far.
  /// - Throws: `EnvironmentError` with code `.worker` if the environment has failed.
  public var state: EnvironmentState {
    get throws(EnvironmentError) {
      let results = try workers.ask(.getState)
      // Every worker has the same seed.
      if let result = results.first(where: { $0.first == Form.seed.rawValue }) {
        return EnvironmentState([seedName: .int64([Int64(bitPattern: try words(in: result, count: 1)[0])])])
      }
      if let result = results.first, result.first == Form.together.rawValue {
        let pickle = Array(result.dropFirst())
        return EnvironmentState([
          pickleName: .int64(EnvironmentState.words(of: pickle)), pickleSizeName: .int64([Int64(pickle.count)]),
        ])
      }
      var (pickles, sizes): ([UInt8], [Int64]) = ([], [])
      for (result, place) in zip(results, workers.places) {
        sizes += try words(in: result, count: place.count).map { Int64(clamping: $0) }
        pickles += result.dropFirst(1 + place.count * MemoryLayout<UInt64>.size)
      }
      return EnvironmentState([
        picklesName: .int64(EnvironmentState.words(of: pickles)), pickleSizesName: .int64(sizes),
      ])
    }
  }

  /// Restores a saved state; throws and stays as it is when the state doesn't fit.
  ///
  /// If the state doesn't continue episodes (`EnvironmentState.continuesEpisodes`), call `reset(seed:into:)` with `nil`
  /// for the seed before the next step. Read the warning about pickles in the documentation of the type.
  public mutating func restore(_ state: EnvironmentState) throws(EnvironmentError) {
    let bodies = try bodies(of: state)
    try workers.restore { bodies[$0.lowerBound] ?? [] }
  }

  /// The form of a state, in its first byte.
  private enum Form: UInt8 {
    case seed = 0
    /// All environments in one pickle, with generators that they share: the form of early versions.
    case together = 1
    /// A pickle for each environment, after the sizes of the pickles.
    case each = 2
  }

  private var seedName: String { "\(id)/\(EnvironmentState.seedName)" }
  private var pickleName: String { "\(id)/pickle" }
  private var pickleSizeName: String { "\(id)/pickle-bytes" }
  private var picklesName: String { "\(id)/pickles" }
  private var pickleSizesName: String { "\(id)/pickle-sizes" }

  /// The state for each worker, by the index of its first environment.
  private func bodies(of state: EnvironmentState) throws(EnvironmentError) -> [Int: [UInt8]] {
    var bodies: [Int: [UInt8]] = [:]
    if state.arrays[seedName] != nil {
      let seed = try state.int64(seedName, count: 1)
      for place in workers.places {
        bodies[place.lowerBound] = [Form.seed.rawValue]
        bodies[place.lowerBound]?.append(memoryOf: seed)
      }
    } else if state.arrays[pickleName] != nil {
      let (bytes, _) = try pickles(in: state, pickleName, pickleSizeName, count: 1)
      guard workers.places.count == 1 else {
        throw EnvironmentError(
          .invalidState,
          "\(id): a state of an early version, whose environments share their random generators, needs 1 worker, found "
            + "\(workers.places.count)")
      }
      bodies[0] = [Form.together.rawValue] + bytes
    } else {
      let (bytes, sizes) = try pickles(in: state, picklesName, pickleSizesName, count: nil)
      guard sizes.count == count else {
        throw EnvironmentError(
          .invalidState, "\(id): a saved state has \(sizes.count) environments, expected \(count)")
      }
      var start = 0
      for place in workers.places {
        var body = [Form.each.rawValue]
        body.append(memoryOf: sizes[place].map(UInt64.init))
        let end = start + sizes[place].reduce(0, +)
        bodies[place.lowerBound] = body + bytes[start..<end]
        start = end
      }
    }
    return bodies
  }

  /// The bytes and the sizes of pickles.
  private func pickles(
    in state: EnvironmentState, _ name: String, _ sizesName: String, count: Int?
  ) throws(EnvironmentError) -> (bytes: [UInt8], sizes: [Int]) {
    let words = try state.int64(name, count: nil)
    let limit = words.count * MemoryLayout<Int64>.size
    let sizes = try state.counts(sizesName, count: count, in: 0...limit)
    let sum = sizes.reduce(0, +)
    guard max(0, limit - 7)...limit ~= sum else {
      throw EnvironmentError(
        .invalidState, "a saved state's '\(sizesName)' has a sum of \(sum); expected \(max(0, limit - 7)) to \(limit)")
    }
    var bytes: [UInt8] = []
    bytes.append(memoryOf: words)
    bytes.removeLast(limit - sum)
    return (bytes, sizes)
  }

  /// The words after the first byte of a worker's state.
  private func words(in result: [UInt8], count: Int) throws(EnvironmentError) -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    var reader = ByteReader(Array(result.dropFirst()))
    guard reader.left >= count * MemoryLayout<UInt64>.size else {
      throw workers.fail("the environment's worker sent a state that is too short")
    }
    reader.read(into: &words, at: 0..<count)
    return words
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
