import RunStore

/// The runs that the parameters `q`, `status`, `model`, `algorithm`, `name`, `tag`, `parent` and `sort` of an address
/// ask for.
struct RunListing {
  let filter: RunFilter
  private let order: RunOrder
  private let isDescending: Bool

  /// - Throws: ``ServerError`` with code `badRequest` for a status that does not exist.
  init(_ query: Query) throws {
    filter = RunFilter(
      text: query["q"], name: query["name"], model: query["model"], algorithm: query["algorithm"],
      status: try query.choice("status", Run.Status.self), tag: query["tag"], parent: query["parent"])
    let text = query["sort"] ?? "-updated"
    isDescending = text.hasPrefix("-")
    order = RunOrder(String(isDescending ? text.dropFirst() : text[...]))
  }

  /// - Throws: `StoreError`.
  func runs(_ store: Store, offset: Int, limit: Int) throws -> [Run] {
    try store.runs(filter, by: order, descending: isDescending, offset: offset, limit: limit)
  }
}
