/// The control of a task in one step, as its physics takes it: a discrete action (`Int`) or a number (`Float`).
public protocol ControlValue: Sendable {
  /// The values of a batch, one for each environment; `nil` if the batch is of the other kind.
  static func values(of actions: ActionBatch) -> [Self]?
}

extension Int: ControlValue {
  /// The discrete actions.
  public static func values(of actions: ActionBatch) -> [Int]? {
    guard case .discrete(let choices) = actions else { return nil }
    return choices
  }
}

extension Float: ControlValue {
  /// The vectors, which must have one element each.
  public static func values(of actions: ActionBatch) -> [Float]? {
    guard case .continuous(let values) = actions else { return nil }
    return values
  }
}
