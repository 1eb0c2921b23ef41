import GRDB
import GraphIR

/// The runs of a listing: those that fulfil all conditions that are set.
public struct RunFilter: Sendable {
  /// A part of the run's id, name, model, algorithm, tags or note, in upper or lower case.
  public var text: String?
  /// The run's name.
  public var name: String?
  /// The model's name.
  public var model: String?
  /// The algorithm's name.
  public var algorithm: String?
  /// The run's status.
  public var status: Run.Status?
  /// One of its tags.
  public var tag: String?
  /// An operator of one of its graphs.
  public var op: Op?
  /// The run from which it was forked.
  public var parent: String?

  /// A filter; by default every run passes.
  public init(
    text: String? = nil, name: String? = nil, model: String? = nil, algorithm: String? = nil,
    status: Run.Status? = nil, tag: String? = nil, op: Op? = nil, parent: String? = nil
  ) {
    self.text = text
    self.name = name
    self.model = model
    self.algorithm = algorithm
    self.status = status
    self.tag = tag
    self.op = op
    self.parent = parent
  }
}

extension RunFilter {
  /// An expression on the columns of `run` and on `shown_status`, and its arguments.
  var sql: (condition: String, arguments: StatementArguments) {
    var conditions = ["TRUE"]
    var arguments: StatementArguments = []
    func require(_ condition: String, _ value: String?) {
      guard let value else { return }
      conditions.append(condition)
      arguments += [value]
    }
    let texts = ["id", "ifnull(name, '')", "model", "algorithm", "tags", "ifnull(note, '')"]
    require("instr(lower(\(texts.joined(separator: " || char(10) || "))), lower(?)) > 0", text)
    require("name = ?", name)
    require("model = ?", model)
    require("algorithm = ?", algorithm)
    require("shown_status = ?", status?.rawValue)
    require("parent_run = ?", parent)
    require("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)", tag)
    require("id IN (SELECT run FROM run_graph JOIN node USING (graph) WHERE op = ?)", op?.rawValue)
    return (conditions.joined(separator: " AND "), arguments)
  }
}
