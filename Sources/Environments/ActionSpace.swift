/// The set of possible actions or observations.
public enum ActionSpace: Equatable, Sendable, CustomStringConvertible {
  /// One of `count` discrete actions. ``Action`` numbers them from 0 and Gymnasium from `start`.
  case discrete(count: Int, start: Int = 0)
  /// Several discrete actions at once. ``Action`` numbers each from 0 and Gymnasium from its start.
  case multiDiscrete(counts: [Int], starts: [Int])
  /// Several discrete actions at once, each 0 or 1.
  case multiBinary(count: Int)
  /// A vector of float32 within bounds.
  case box(Box)

  /// The space in words.
  public var description: String {
    switch self {
    case .discrete(let count, let start): "\(count) discrete actions\(start == 0 ? "" : " from \(start)")"
    case .multiDiscrete(let counts, let starts):
      "\(counts) discrete actions at once\(starts.allSatisfy { $0 == 0 } ? "" : " from \(starts)")"
    case .multiBinary(let count): "\(Self.number(count, "binary action")) at once"
    case .box(let box): "\(box)"
    }
  }

  /// Whether the space accepts this action: discrete actions that exist, or a vector of the right length.
  ///
  /// The values of a vector may lie outside the bounds, as Gymnasium's environments clip them. They must be finite.
  public func accepts(_ action: Action) -> Bool {
    mistake(in: ActionBatch(action), copies: 1) == nil
  }

  /// The reason why a batch of actions is refused, as the end of a sentence; `nil` if it is accepted.
  func mistake(in actions: ActionBatch, copies: Int) -> String? {
    func place(_ copy: Int) -> String { copies == 1 ? "" : " in environment \(copy)" }
    switch (self, actions) {
    case (.discrete(let count, _), .discrete(let choices)):
      guard choices.count == copies else {
        return "expected \(Self.number(copies, "discrete action")), found \(choices.count)"
      }
      guard let copy = choices.firstIndex(where: { !(0..<count).contains($0) }) else { return nil }
      return "expected a discrete action from 0 to \(count - 1), found \(choices[copy])\(place(copy))"
    case (.multiDiscrete(let counts, _), .multiDiscrete(let choices)):
      return Self.mistake(in: choices, of: counts, copies: copies, place)
    case (.multiBinary(let count), .multiDiscrete(let choices)):
      return Self.mistake(in: choices, of: [Int](repeating: 2, count: count), copies: copies, place)
    case (.box(let box), .continuous(let values)):
      guard values.count == copies * box.count else {
        let each = Self.number(box.count, "number")
        return "expected \(copies == 1 ? each : "\(each) for each of \(copies) environments"), found \(values.count)"
      }
      guard let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
      return "expected finite numbers, found \(values[index])\(place(index / box.count))"
    case (.discrete(let count, _), _):
      return "expected a discrete action from 0 to \(count - 1), found \(Self.kind(of: actions))"
    case (.box(let box), _):
      return "expected \(Self.number(box.count, "number")), found \(Self.kind(of: actions))"
    case (.multiDiscrete, _), (.multiBinary, _):
      return "expected \(self), found \(Self.kind(of: actions))"
    }
  }

  /// The reason why several discrete actions at once are refused; `nil` if they are accepted.
  private static func mistake(
    in choices: [Int], of counts: [Int], copies: Int, _ place: (Int) -> String
  ) -> String? {
    guard choices.count == copies * counts.count else {
      let each = number(counts.count, "discrete action")
      return "expected \(copies == 1 ? each : "\(each) for each of \(copies) environments"), found \(choices.count)"
    }
    let wrong = choices.indices.first { !(0..<counts[$0 % counts.count]).contains(choices[$0]) }
    return wrong.map {
      "expected a discrete action from 0 to \(counts[$0 % counts.count] - 1) at \($0 % counts.count), found "
        + "\(choices[$0])\(place($0 / counts.count))"
    }
  }

  private static func kind(of actions: ActionBatch) -> String {
    switch actions {
    case .discrete: "a discrete action"
    case .multiDiscrete: "several discrete actions at once"
    case .continuous: "a vector"
    }
  }

  private static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
