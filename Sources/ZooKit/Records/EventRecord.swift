import Foundation
import RunStore

/// An event of a run as JSON has it.
public struct EventRecord: Encodable, Sendable {
  /// The kind of event.
  public let kind: String
  /// The number of finished steps at the time.
  public let step: Int
  /// The time of the event.
  public let created: Date
  /// The sentence for the user.
  public let message: String

  /// The record of an event.
  public init(_ event: Event) {
    kind = event.kind.rawValue
    step = event.step
    created = event.created
    message = event.message
  }
}
