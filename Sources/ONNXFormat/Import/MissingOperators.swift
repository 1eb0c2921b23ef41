import GraphIR

/// The operators of a model that can't be read, found before anything else is done.
struct MissingOperators {
  let functions: [FunctionProto.Key: FunctionProto]

  /// - throws: ``ONNXError`` with code `unsupported` that names every missing operator with some of its nodes.
  func check(_ model: ModelProto) throws {
    var places: [String: [String]] = [:]
    collect(model.graph.nodes, &places)
    for function in model.functions { collect(function.nodes, &places) }
    for graph in model.training.flatMap({ [$0.initialization, $0.algorithm] }) { collect(graph?.nodes ?? [], &places) }
    guard !places.isEmpty else { return }
    let lines = places.sorted { $0.key < $1.key }.map { name, nodes in
      let more = nodes.count > 3 ? " and \(nodes.count - 3) more" : ""
      return "\(name) (\(nodes.prefix(3).joined(separator: ", "))\(more))"
    }
    throw ONNXError(
      code: .unsupported,
      message: "the model uses \(lines.count == 1 ? "an operator" : "operators") outside of the vocabulary: "
        + lines.joined(separator: "; "))
  }

  private func collect(_ nodes: [NodeProto], _ places: inout [String: [String]]) {
    for (index, node) in nodes.enumerated() {
      let key = FunctionProto.Key(domain: node.domain, name: node.opType, overload: node.overload)
      let isKnown =
        functions[key] != nil || ImportedOperators.contains(node.opType, domain: node.domain)
      if !isKnown {
        let name = node.domain.isEmpty ? node.opType : "\(node.domain).\(node.opType)"
        places[name, default: []].append("node '\(node.name.isEmpty ? "\(node.opType)_\(index)" : node.name)'")
      }
      for case .graph(let graph) in node.attributes.map(\.value) { collect(graph.nodes, &places) }
    }
  }
}
