import Environments

/// The result of a reset (without action and reward) or a step of Gymnasium.
struct FixtureRow: Decodable {
  let action: Action?
  let observation: [UInt32]
  let state: [UInt64]
  let reward: UInt64?
  let terminated: Bool
  let truncated: Bool

  init(from decoder: any Decoder) throws {
    var container = try decoder.unkeyedContainer()
    if try container.decodeNil() {
      action = nil
    } else if let choice = try? container.decode(Int.self) {
      action = .discrete(choice)
    } else {
      action = .continuous(words(try container.decode(String.self)).map(Float.init(bitPattern:)))
    }
    observation = words(try container.decode(String.self))
    state = words(try container.decode(String.self))
    reward = try container.decodeNil() ? nil : words(try container.decode(String.self))[0]
    let flags = try container.decode(Int.self)
    terminated = flags & 1 != 0
    truncated = flags & 2 != 0
  }
}
