import CONNX

/// Writes a model in the language of Graphviz.
struct DotDrawing {
  /// A value that calls can use.
  private enum Source {
    /// The value of a node in the drawing, with its type if the lines from there say it.
    case node(String, type: String)
    /// A single number, with the label of its nodes. It is drawn at each use.
    case number([String])
  }

  private static let tensorStyle = "shape=note, style=filled, fillcolor=\"#fdf3d0\", fontsize=8"

  private(set) var text = ""
  /// The address behind a node, by its name.
  private let link: ((String) -> String)?
  /// The lines between nodes. They stand after all frames: a frame contains every node that is named in it.
  private var edges: [String] = []
  private var indentation = 0
  private var nodeCount = 0
  private var frameCount = 0
  /// The values of each graph around the current one, by name.
  private var scopes: [[String: Source]] = []

  init(link: ((String) -> String)?) { self.link = link }

  mutating func model(_ model: Onnx__ModelProto) {
    let graph = model.graph?.pointee
    frame("digraph \(Dot.quoted(ONNXFormat.text(graph?.name)))") { drawing in
      drawing.line(
        "graph [fontname=\"Helvetica\", fontsize=11, nodesep=0.3, ranksep=0.35, style=rounded, color=gray60]")
      drawing.line("node [fontname=\"Helvetica\", fontsize=10, shape=box, height=0.3, margin=\"0.1,0.05\"]")
      drawing.line("edge [fontname=\"Helvetica\", fontsize=8, fontcolor=gray30, color=gray40, arrowsize=0.6]")
      if let graph { drawing.graph(graph, caller: nil) }
      for function in messages(model.functions, model.n_functions) { drawing.function(function) }
      for edge in drawing.edges { drawing.line(edge) }
    }
  }

  /// Draws a graph. The outputs of one in an attribute lead to the node with the attribute.
  private mutating func graph(_ graph: Onnx__GraphProto, caller: String?) {
    var types: [String: String] = [:]
    let values = messages(graph.value_info, graph.n_value_info) + messages(graph.output, graph.n_output)
    for value in values { types[ONNXFormat.text(value.name)] = Dot.type(value.type) }
    scopes.append([:])
    defer { scopes.removeLast() }
    let initializers = messages(graph.initializer, graph.n_initializer)
    let defaults = Set(initializers.map { ONNXFormat.text($0.name) })
    for input in messages(graph.input, graph.n_input) {
      let name = ONNXFormat.text(input.name)
      terminal(name, Dot.type(input.type), color: defaults.contains(name) ? "#e8f1fb" : "#cfe2f7")
    }
    for tensor in initializers where scopes[scopes.count - 1][ONNXFormat.text(tensor.name)] == nil {
      let name = ONNXFormat.text(tensor.name)
      let label = [Dot.short(name), Dot.tensor(tensor)]
      let isNumber = UnsafeBufferPointer(start: tensor.dims, count: tensor.n_dims).allSatisfy { $0 == 1 }
      scopes[scopes.count - 1][name] =
        isNumber ? .number(label) : .node(node(label, Self.tensorStyle), type: "")
    }
    for call in messages(graph.node, graph.n_node) { self.call(call, types) }
    for output in messages(graph.output, graph.n_output) {
      let name = ONNXFormat.text(output.name)
      let source = source(of: name)
      let node = result(name, Dot.type(output.type))
      // The output has the type.
      if case .node(let start, _) = source { edge(from: .node(start, type: ""), to: node, name) }
      if case .number = source, let source { edge(from: source, to: node, name) }
      if let caller { edges.append("\(node) -> \(caller) [style=dashed]") }
    }
  }

  private mutating func function(_ function: Onnx__FunctionProto) {
    let name = [function.domain, function.name].map(ONNXFormat.text).filter { !$0.isEmpty }.joined(separator: ".")
    frameCount += 1
    frame("subgraph cluster\(frameCount)") { drawing in
      drawing.line("label=\(Dot.quoted("function \(name)"))")
      drawing.scopes.append([:])
      for input in texts(function.input, function.n_input) { drawing.terminal(input, "", color: "#cfe2f7") }
      var types: [String: String] = [:]
      for value in messages(function.value_info, function.n_value_info) {
        types[ONNXFormat.text(value.name)] = Dot.type(value.type)
      }
      for call in messages(function.node, function.n_node) { drawing.call(call, types) }
      for output in texts(function.output, function.n_output) {
        let source = drawing.source(of: output)
        let node = drawing.result(output, "")
        if let source { drawing.edge(from: source, to: node, output) }
      }
      drawing.scopes.removeLast()
    }
  }

  private mutating func call(_ call: Onnx__NodeProto, _ types: [String: String]) {
    let attributes = messages(call.attribute, call.n_attribute)
    let domain = ONNXFormat.text(call.domain)
    let operation = (domain.isEmpty ? "" : domain + ".") + ONNXFormat.text(call.op_type)
    let name = ONNXFormat.text(call.name)
    // A drawing within a page leads to another place of that page.
    let target = name.isEmpty ? nil : link.map { ", target=\"_parent\", URL=\(Dot.quoted($0(name)))" }
    let node = node(
      [operation] + Dot.lines(of: attributes),
      "style=\"rounded,filled\", fillcolor=\"#f2f2f2\"\(target ?? "")", tooltip: name)
    for input in texts(call.input, call.n_input) {
      if let source = source(of: input) { edge(from: source, to: node, input) }
    }
    for attribute in attributes {
      let graphs = messages(attribute.graphs, attribute.n_graphs) + (attribute.g.map { [$0.pointee] } ?? [])
      for graph in graphs {
        frameCount += 1
        frame("subgraph cluster\(frameCount)") { drawing in
          drawing.line("label=\(Dot.quoted("\(ONNXFormat.text(attribute.name)) of \(operation)"))")
          drawing.graph(graph, caller: node)
        }
      }
    }
    for output in texts(call.output, call.n_output) where !output.isEmpty {
      define(output, node, type: types[output] ?? "")
    }
  }

  // MARK: Parts

  /// An input.
  private mutating func terminal(_ name: String, _ type: String, color: String) {
    define(name, node([Dot.short(name), type], "shape=ellipse, style=filled, fillcolor=\"\(color)\""), type: "")
  }

  /// An output.
  private mutating func result(_ name: String, _ type: String) -> String {
    node([Dot.short(name), type], "shape=ellipse, peripheries=2, style=filled, fillcolor=\"#d5efd5\"")
  }

  private mutating func define(_ name: String, _ node: String, type: String) {
    scopes[scopes.count - 1][name] = .node(node, type: type)
  }

  private func source(of name: String) -> Source? {
    name.isEmpty ? nil : scopes.lazy.reversed().compactMap { $0[name] }.first
  }

  private mutating func node(_ lines: [String], _ style: String, tooltip: String = "") -> String {
    nodeCount += 1
    let hint = tooltip.isEmpty ? "" : ", tooltip=\(Dot.quoted(tooltip))"
    let label = Dot.quoted(lines.filter { !$0.isEmpty }.joined(separator: "\n"))
    line("n\(nodeCount) [label=\(label), \(style)\(hint)]")
    return "n\(nodeCount)"
  }

  private mutating func edge(from source: Source, to node: String, _ name: String) {
    let (start, type) =
      switch source {
      case .node(let start, let type): (start, type)
      case .number(let label): (self.node(label, Self.tensorStyle), "")
      }
    let label = type.isEmpty ? "" : "label=\(Dot.quoted(type)), "
    edges.append("\(start) -> \(node) [\(label)tooltip=\(Dot.quoted(name))]")
  }

  private mutating func frame(_ heading: String, _ body: (inout DotDrawing) -> Void) {
    line("\(heading) {")
    indentation += 1
    body(&self)
    indentation -= 1
    line("}")
  }

  private mutating func line(_ content: String) {
    text += String(repeating: "  ", count: indentation) + content + "\n"
  }
}
