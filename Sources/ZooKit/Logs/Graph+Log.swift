import GraphIR
import TensorBoardFormat

extension Graph {
  /// The nodes for TensorBoard, in a group `role` with groups of inputs, parameters, constants and outputs.
  ///
  /// - Throws: `GraphError` for a graph that is not valid.
  func logNodes(in role: String) throws -> [LogGraphNode] {
    let types = try verify()
    // The place of each value, in TensorFlow's form: `node`, or `node:1` for the second result of a node.
    var places: [String: String] = [:]
    func shape(_ type: TensorType) -> [Int] { type.shape.map { max($0, -1) } }
    func source(_ group: String, _ op: String, _ name: String, _ type: TensorType) -> LogGraphNode {
      places[name] = "\(role)/\(group)/\(name)"
      return LogGraphNode(
        name: "\(role)/\(group)/\(name)", op: op, shapes: [shape(type)], attributes: [("type", describe(type))])
    }
    let sources =
      inputs.map { source("inputs", "Placeholder", $0.name, $0.type) }
      + parameters.map { source("parameters", $0.isTrainable ? "Variable" : "Statistic", $0.name, $0.type) }
      + constants.map { source("constants", "Const", $0.name, $0.value.type) }
    let operations = nodes.map { node in
      let name = "\(role)/\(node.name)"
      for (index, output) in node.outputs.enumerated() { places[output] = index == 0 ? name : "\(name):\(index)" }
      return LogGraphNode(
        name: name, op: node.op.rawValue, inputs: node.inputs.compactMap { places[$0] },
        shapes: node.outputs.map { types[$0].map(shape) ?? [] },
        attributes: node.attributes.sorted.map { ($0.name, $0.value.logText) })
    }
    let results = outputs.map { output in
      LogGraphNode(
        name: "\(role)/outputs/\(output.name)", op: "Output", inputs: [places[output.name]].compactMap(\.self),
        shapes: [shape(output.type)])
    }
    return sources + operations + results
  }
}

extension AttributeValue {
  fileprivate var logText: String {
    switch self {
    case .int(let value): "\(value)"
    case .float(let value): "\(value)"
    case .string(let value): value
    case .ints(let values): "\(values)"
    case .floats(let values): "\(values)"
    case .strings(let values): "\(values)"
    case .tensor(let value): "\(value.type)"
    }
  }
}
