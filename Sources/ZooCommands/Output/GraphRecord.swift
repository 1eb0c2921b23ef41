import Foundation
import GraphIR
import ZooKit

/// A graph with a name of its own, as JSON has it, and the lines of its card.
struct GraphRecord: Encodable {
  /// An input or an output.
  struct Value: Encodable {
    let name, type: String
  }

  /// The orders of derivatives.
  struct Derivatives: Encodable {
    let orders, checked: Int
    let obstacles: [String]
  }

  let name: String
  let created: Date
  let nodes: Int
  let inputs, outputs: [Value]
  let trainableParameters, trainableTensors, buffers, floatConstants: Int
  let operators: [String: Int]
  let derivatives: Derivatives
  let origin: GraphDetails?

  init(_ stored: StoredGraph) throws {
    let graph = stored.graph
    func values(_ values: [Graph.Value]) -> [Value] {
      values.map { Value(name: $0.name, type: graph.describe($0.type)) }
    }
    name = stored.name
    created = stored.created
    nodes = graph.nodes.count
    (inputs, outputs) = (values(graph.inputs), values(graph.outputs))
    trainableParameters = graph.trainableCount
    trainableTensors = graph.parameters.count { $0.isTrainable }
    buffers = graph.parameters.count - trainableTensors
    floatConstants = graph.constants.count { $0.value.dtype.isFloatingPoint }
    operators = graph.nodes.reduce(into: [:]) { $0[$1.op.rawValue, default: 0] += 1 }
    let orders = try DerivativeOrders(of: graph)
    derivatives = Derivatives(orders: orders.count, checked: DerivativeOrders.checked, obstacles: orders.obstacles)
    origin = stored.details
  }

  /// The initializers of floating-point numbers that training does not change.
  var untrainable: [GraphDetails.Initializer] {
    origin?.initializers.filter { $0.isFloatingPoint && $0.role != "parameter" } ?? []
  }

  /// For example `graph digits from digits.onnx, written by pytorch 2.5.1`.
  var heading: String {
    guard let origin else { return "graph \(name)".escapedLine }
    let producer = "\(origin.producer) \(origin.producerVersion)".trimmingCharacters(in: .whitespaces)
    return "graph \(name) from \(origin.file)\(producer.isEmpty ? "" : ", written by \(producer)")".escapedLine
  }

  /// Nodes, inputs and outputs, parameters and derivatives.
  var lines: [String] {
    func list(_ title: String, _ values: [Value]) -> [String] {
      values.enumerated().map { "\($0.offset == 0 ? title : "            ")\($0.element.name)  \($0.element.type)" }
    }
    let counts = [
      "nodes       \(Format.count(nodes))",
      "parameters  \(Format.count(trainableParameters)) trainable in \(Format.count(trainableTensors, "tensor"))",
      "buffers     \(Format.count(buffers, "tensor"))",
      "constants   \(Format.count(floatConstants, "floating-point tensor"))",
    ]
    return (list("inputs      ", inputs) + list("outputs     ", outputs) + counts + derivativeLines).map(\.escapedLine)
  }

  private var derivativeLines: [String] {
    let orders =
      switch derivatives.orders {
      case 0: "derivatives none"
      case derivatives.checked: "derivatives orders 1 to \(derivatives.checked); higher ones are not checked"
      default: "derivatives up to order \(derivatives.orders)"
      }
    let shown = derivatives.obstacles.prefix(3)
    let more = derivatives.obstacles.count - shown.count
    return [orders] + shown.map { "  \($0)" } + (more > 0 ? ["  and \(Format.count(more)) more nodes"] : [])
  }
}
