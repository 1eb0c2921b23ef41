import RunStore
import ZooKit

/// The question before a change of a run, with a button that confirms it.
struct ActionPage {
  private let zoo: ModelZoo
  private let run: Run
  private let name: String
  private let fields: Query
  private let action: RunAction

  /// - Throws: `StoreError` if there is no such run; ``ServerError`` with code `notFound` or `badRequest`.
  init(_ id: String, _ name: String, _ fields: Query, _ zoo: ModelZoo) throws {
    (self.zoo, self.name, self.fields) = (zoo, name, fields)
    action = try RunAction(name, fields)
    run = try zoo.store.run(id)
  }

  private struct Field {
    let name, value: String
  }

  private struct Content {
    let heading, address, back: String
    let details: [String]
    let fields: [Field]
  }

  private var address: String { "/runs/\(run.id)" }

  /// The page.
  ///
  /// - Throws: `StoreError` if the change can't be made.
  func answer() throws -> Answer {
    let (heading, details) = try action.question(about: run, in: zoo.store)
    let content = Content(
      heading: heading, address: "\(address)/actions/\(name)", back: address, details: details,
      fields: fields.items.map { Field(name: $0.name, value: $0.value) })
    return Templates.page("action", title: heading, content)
  }

  /// Makes the change.
  ///
  /// - Returns: the address to see it at.
  /// - Throws: `StoreError`; nothing was changed then.
  func perform() throws -> String {
    try action.perform(on: run, in: zoo.store)
    return address
  }
}
