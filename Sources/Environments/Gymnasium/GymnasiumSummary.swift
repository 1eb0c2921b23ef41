/// What a worker says about an environment when it has made the copies.
struct GymnasiumSummary: Decodable {
  /// The version of the conversation.
  static let protocolVersion = 1

  /// Choices, or the bits of float32 bounds.
  struct Space: Decodable {
    let count: Int?
    let start: Int?
    let low: [UInt32]?
    let high: [UInt32]?
  }

  let `protocol`: Int
  let observation: Space
  let action: Space
  let timeLimit: Int?
  let obstacle: String?
  let seedingObstacle: String?
}

extension GymnasiumSummary.Space {
  /// The bounds; `nil` if they can't be some.
  var box: Box? {
    guard let low = low?.map(Float.init(bitPattern:)), let high = high?.map(Float.init(bitPattern:)),
      low.count == high.count, zip(low, high).allSatisfy(<=)
    else { return nil }
    return Box(low: low, high: high)
  }

  /// The choices or the bounds; `nil` if they can't be some.
  var space: ActionSpace? {
    if let count { return count > 0 ? .discrete(count: count, start: start ?? 0) : nil }
    return box.map { .box($0) }
  }
}

/// The environment that a worker makes; a description of it alone where there are no copies.
struct GymnasiumRequest: Encodable {
  let id: String
  let arguments: [String: GymnasiumArgument]
  let count: Int
  let seed: UInt64
  let timeLimit: Int?
  let autoresetMode: String
  let trial: GymnasiumTrial
  let obstacle: String?
}
