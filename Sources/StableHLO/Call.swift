import GraphIR

/// A node of a graph with its values, for the rule of its operator.
struct Call {
  let op: Op
  let attributes: ResolvedAttributes
  /// The types of the outputs.
  let outputs: [TensorType]
  /// The names of the inputs; empty for an omitted optional input.
  private let names: [String]
  private let scope: Scope

  init(_ node: Node, _ outputs: [TensorType], in scope: Scope) {
    op = node.op
    attributes = ResolvedAttributes(node.op, node.attributes)
    names = node.inputs
    (self.outputs, self.scope) = (outputs, scope)
  }

  /// Returns a required input.
  func input(_ index: Int) -> Value {
    guard let value = optional(index) else { preconditionFailure("\(op.rawValue): input \(index) was not checked") }
    return value
  }

  /// Returns an optional input; nil if it is omitted.
  func optional(_ index: Int) -> Value? { has(index) ? scope.value(names[index]) : nil }

  /// All inputs that are not omitted.
  var all: [Value] { names.indices.compactMap(optional) }

  func has(_ index: Int) -> Bool { index < names.count && !names[index].isEmpty }

  /// Returns the value of an input, if it is known before the program runs.
  func constant(_ index: Int) -> TensorValue? { has(index) ? scope.constants[names[index]] : nil }

  /// Returns the value of an input that shape inference needed; nil for an omitted one.
  func known(_ index: Int) -> TensorValue? {
    guard has(index) else { return nil }
    guard let value = constant(index) else { preconditionFailure("\(op.rawValue): input \(index) was not checked") }
    return value
  }

  /// Returns a floating-point attribute.
  func number(_ name: String) -> Double { Double(attributes.float(name) ?? 0) }

  /// Returns the attribute `axis`, counted from the front of `shape`.
  func axis(of shape: Shape) -> Int {
    guard let axis = shape.normalized(axis: attributes.int("axis") ?? 0) else {
      preconditionFailure("\(op.rawValue): the axis was not checked")
    }
    return axis
  }
}
