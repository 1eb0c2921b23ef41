import GRDB

/// The table `event`.
struct EventTable {
  let db: Database

  func insert(_ events: [Event], run: String) throws {
    for event in events {
      try db.run(
        "INSERT INTO event (run, step, created_at, kind, message) VALUES (?, ?, ?, ?, ?)",
        [run, event.step, event.created.milliseconds, event.kind.rawValue, event.message])
    }
  }

  /// The events of a run in the order in which they were recorded.
  func all(of run: String) throws -> [Event] {
    try Row.fetchAll(db, sql: "SELECT * FROM event WHERE run = ? ORDER BY id", arguments: [run]).map(Self.decode)
  }

  private static func decode(_ row: Row) throws -> Event {
    let kind: String = try row.value("kind")
    guard let kind = Event.Kind(rawValue: kind) else {
      throw StoreError(.corrupt, "'\(kind.excerpt())' is not a kind of event")
    }
    return Event(
      kind, step: try row.count("step"), created: try row.date("created_at"), message: try row.value("message"))
  }
}
