extension Graph {
  /// Returns the graph for training: batch normalisation computes the statistics of the batch and updates the running
  /// ones, and dropout drops elements.
  ///
  /// The inverse of ``inferenceMode()`` for graphs that lack their training mode, such as those of an ONNX file.
  /// Running statistics are updated only if they are parameters, which then are no longer trainable. Updates that
  /// ``inferenceMode()`` removed from other operators, such as a power iteration, are not restored.
  ///
  /// Requires a verified graph. Leaves a graph in training mode unchanged.
  public func trainingMode() -> Graph {
    var result = self
    var names = Set(inputs.map(\.name) + parameters.map(\.name) + constants.map(\.name) + nodes.map(\.name))
    names.formUnion(nodes.flatMap(\.outputs))
    func fresh(_ stem: String) -> String {
      var name = stem
      while !names.insert(name).inserted { name += "_" }
      return name
    }
    var always: String?
    for index in nodes.indices {
      let node = nodes[index]
      switch node.op {
      case .batchNormalization where node.attributes["training_mode"] != .int(1):
        let next = ["mean", "var"].map { fresh("\(node.name).running_\($0)") }
        result.nodes[index].attributes["training_mode"] = .int(1)
        result.nodes[index].outputs = [node.outputs[0]] + next
        for (statistic, value) in zip(node.inputs.dropFirst(3), next) {
          guard let place = parameters.firstIndex(where: { $0.name == statistic }) else { continue }
          result.parameters[place].isTrainable = false
          if !result.updates.contains(where: { $0.parameter == statistic }) {
            result.updates.append(Update(parameter: statistic, value: value))
          }
        }
      case .dropout where node.inputs.count < 3 || node.inputs[2].isEmpty:
        let name = always ?? fresh("training_mode")
        if always == nil { result.constants.append(Constant(name: name, value: TensorValue(scalar: true))) }
        always = name
        result.nodes[index].inputs = [node.inputs[0], node.inputs.count > 1 ? node.inputs[1] : "", name]
      default: break
      }
    }
    return result
  }
}
