/// A worker's description of an environment, sent when the environments exist.
struct GymnasiumSummary: Decodable {
  /// The version of the protocol.
  static let protocolVersion = 1

  /// The discrete actions, or the bits of float32 bounds, with the parts of an observation.
  struct Space: Decodable {
    let count: Int?
    let start: Int?
    let counts: [Int]?
    let starts: [Int]?
    let isBinary: Bool?
    let low: [UInt32]?
    let high: [UInt32]?
    let parts: [ObservationPart]?
  }

  let `protocol`: Int
  let observation: Space
  let action: Space
  let timeLimit: Int?
  let obstacle: String?
  let seedingObstacle: String?
}

extension GymnasiumSummary.Space {
  /// The bounds; `nil` if they are not valid.
  var box: Box? {
    guard let low = low?.map(Float.init(bitPattern:)), let high = high?.map(Float.init(bitPattern:)),
      low.count == high.count, zip(low, high).allSatisfy(<=)
    else { return nil }
    return Box(low: low, high: high)
  }

  /// The discrete actions or the bounds; `nil` if they are not valid.
  var space: ActionSpace? {
    if let count { return count > 0 ? .discrete(count: count, start: start ?? 0) : nil }
    if let counts, let starts {
      guard !counts.isEmpty, counts.count == starts.count, counts.allSatisfy({ $0 > 0 }) else { return nil }
      return isBinary == true ? .multiBinary(count: counts.count) : .multiDiscrete(counts: counts, starts: starts)
    }
    return box.map { .box($0) }
  }
}

/// The environments that a worker creates. With no parallel environments, the environment is only described.
struct GymnasiumRequest: Encodable {
  let id: String
  let arguments: [String: GymnasiumArgument]
  let folder: String?
  /// The index of the worker's first environment among those of all workers.
  var first = 0
  var count: Int
  let seed: UInt64
  let timeLimit: Int?
  let autoresetMode: String
  var trial: GymnasiumTrial
  var obstacle: String?

  /// The request for some of the environments.
  func part(_ place: Range<Int>) -> Self {
    var part = self
    (part.first, part.count) = (place.lowerBound, place.count)
    return part
  }
}
