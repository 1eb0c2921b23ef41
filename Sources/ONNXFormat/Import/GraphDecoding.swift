import CONNX
import GraphIR

/// Converts a `GraphProto` to a graph and the values of its parameters.
struct GraphDecoding {
  private let message: Onnx__GraphProto
  private let name: String
  private let tensors: TensorDecoding
  private let operators: OperatorDecoding
  private var builder: GraphBuilder
  private var symbols: Symbols
  private var parameters: [String: TensorValue] = [:]

  /// A decoding of `message`, whose nodes are of version `opset` of ONNX's operators.
  init(_ message: Onnx__GraphProto, opset: Int, tensors: TensorDecoding) {
    self.message = message
    name = text(message.name)
    self.tensors = tensors
    operators = OperatorDecoding(opset: opset, tensors: tensors)
    symbols = Symbols(in: message)
    builder = GraphBuilder(name: name, symbols: symbols.names)
  }

  /// The verified graph and the values of its parameters by name.
  mutating func decode() throws -> (Graph, [String: TensorValue]) {
    guard message.n_sparse_initializer == 0 else {
      throw ONNXError(code: .unsupported, message: "graph '\(name)' has sparse initializers; expected dense ones")
    }
    do {
      let initializers = messages(message.initializer, message.n_initializer)
      try addInputs(initializers: initializers)
      try addInitializers(initializers)
      try addNodes()
      try addOutputs()
      let graph = builder.graph
      try graph.verify()
      return (graph, parameters)
    } catch let error as GraphError {
      throw ONNXError(code: .graph, message: "graph '\(name)' is not valid", cause: error)
    }
  }

  /// An input that is also an initializer has a default. Here it is that default.
  private mutating func addInputs(initializers: [Onnx__TensorProto]) throws {
    let defaults = Dictionary(initializers.map { (text($0.name), $0) }) { first, _ in first }
    for input in messages(message.input, message.n_input) {
      let inputName = text(input.name)
      let type = try symbols.type(of: input, label: "input '\(inputName)'")
      guard let initial = defaults[inputName] else {
        try builder.input(inputName, type)
        continue
      }
      let extents = UnsafeBufferPointer(start: initial.dims, count: initial.n_dims).map(Int.init)
      guard Int(initial.data_type) == type.dtype.onnxCode, type.shape.admits(Shape(extents)) else {
        throw ONNXError(
          code: .tensor, message: "initializer '\(inputName)' does not have the type \(type) of the input of that name")
      }
    }
  }

  private mutating func addInitializers(_ initializers: [Onnx__TensorProto]) throws {
    let statistics = runningStatistics()
    for initializer in initializers {
      let name = text(initializer.name)
      let value = try tensors.value(of: initializer, label: "initializer '\(name)'")
      let tag = messages(initializer.metadata_props, initializer.n_metadata_props).first { text($0.key) == Tags.role }
      let guess: Tags.Role =
        !value.dtype.isFloatingPoint ? .constant : statistics.contains(name) ? .buffer : .parameter
      switch tag.flatMap({ Tags.Role(rawValue: text($0.value)) }) ?? guess {
      case .constant: try builder.constant(value, named: name)
      case .parameter: try addParameter(name, value, isTrainable: true)
      case .buffer: try addParameter(name, value, isTrainable: false)
      }
    }
  }

  private mutating func addParameter(_ name: String, _ value: TensorValue, isTrainable: Bool) throws {
    try builder.parameter(name, value.type, isTrainable: isTrainable)
    parameters[name] = value
  }

  /// The inputs of batch normalisations for mean and variance, which no optimiser changes.
  private func runningStatistics() -> Set<String> {
    let nodes = messages(message.node, message.n_node).filter { text($0.op_type) == Op.batchNormalization.rawValue }
    return Set(nodes.flatMap { texts($0.input, $0.n_input).dropFirst(3) })
  }

  private mutating func addNodes() throws {
    let nodes = messages(message.node, message.n_node)
    var names = Set(nodes.map { text($0.name) })
    var taken: Set<String> = []
    for (index, node) in nodes.enumerated() {
      var nodeName = text(node.name)
      if nodeName.isEmpty || !taken.insert(nodeName).inserted {
        nodeName = "\(nodeName.isEmpty ? text(node.op_type) : nodeName)_\(index)"
        while !names.insert(nodeName).inserted { nodeName += "_" }
      }
      try operators.add(node, named: nodeName, to: &builder)
    }
  }

  private mutating func addOutputs() throws {
    for output in messages(message.output, message.n_output) {
      let outputName = text(output.name)
      let tags = messages(output.metadata_props, output.n_metadata_props)
      let declared = try symbols.type(of: output, label: "output '\(outputName)'")
      let type = try builder.type(of: outputName)
      guard declared.dtype == type.dtype, declared.shape.admits(type.shape) else {
        throw ONNXError(
          code: .graph,
          message: "output '\(outputName)' is declared \(builder.graph.describe(declared)), but the graph computes "
            + builder.graph.describe(type))
      }
      if !tags.contains(where: { text($0.key) == Tags.hidden }) { try builder.output(outputName) }
      for tag in tags where text(tag.key) == Tags.update { builder.update(text(tag.value), to: outputName) }
    }
  }
}

extension Shape {
  /// Whether a value of shape `other` fits this declared shape: symbols match anything.
  fileprivate func admits(_ other: Shape) -> Bool {
    rank == other.rank && zip(self, other).allSatisfy { $0 == $1 || $0 < 0 || $1 < 0 }
  }
}
