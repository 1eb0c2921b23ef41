/// The set of possible actions or observations.
public enum ActionSpace: Equatable, Sendable, CustomStringConvertible {
  /// One of `count` discrete actions. ``Action`` numbers them from 0 and Gymnasium from `start`.
  case discrete(count: Int, start: Int = 0)
  /// A vector of float32 within bounds.
  case box(Box)

  /// The space in words.
  public var description: String {
    switch self {
    case .discrete(let count, let start): "\(count) discrete actions\(start == 0 ? "" : " from \(start)")"
    case .box(let box): "\(box)"
    }
  }

  /// Whether the space accepts this action: a discrete action that exists, or a vector of the right length.
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
    case (.box(let box), .continuous(let values)):
      guard values.count == copies * box.count else {
        let each = Self.number(box.count, "number")
        return "expected \(copies == 1 ? each : "\(each) for each of \(copies) environments"), found \(values.count)"
      }
      guard let index = values.firstIndex(where: { !$0.isFinite }) else { return nil }
      return "expected finite numbers, found \(values[index])\(place(index / box.count))"
    case (.discrete(let count, _), .continuous):
      return "expected a discrete action from 0 to \(count - 1), found a vector"
    case (.box(let box), .discrete):
      return "expected \(Self.number(box.count, "number")), found a discrete action"
    }
  }

  private static func number(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
}
