/// Einsum in simpler operators. Operands are contracted from left to right, each pair as a matrix product if possible.
struct EinsumComposition {
  private typealias Label = EinsumEquation.Label

  private struct Operand {
    let value: CompositionValue
    let labels: [Label]
  }

  private let composer: Composer
  private let equation: EinsumEquation

  init(_ composer: Composer) throws {
    self.composer = composer
    let shapes = try composer.inputs.indices.map { try composer.shape(composer.input($0)) }
    equation = try EinsumEquation(composer.attributes.string("equation") ?? "", of: shapes) { code, message in
      GraphError(code, "\(composer.op.rawValue): \(message)")
    }
  }

  func result() throws -> CompositionValue {
    var operands = try equation.operands.enumerated().map { index, labels in
      try withoutBroadcastAxes(diagonal(Operand(value: composer.input(index), labels: labels)))
    }
    // Axes that only one operand has are summed first: they would make every later product larger.
    operands = try operands.indices.map { index in
      let others = operands.indices.filter { $0 != index }.flatMap { operands[$0].labels }
      return try summed(operands[index], keeping: Set(equation.output + others))
    }
    while operands.count > 1 {
      let kept = Set(equation.output + operands.dropFirst(2).flatMap(\.labels))
      operands.replaceSubrange(0..<2, with: [try product(operands[0], operands[1], keeping: kept)])
    }
    return try arranged(operands[0], as: equation.output).value
  }

  // MARK: One operand

  /// Returns the operand with each label once: the diagonal over axes of one label.
  private func diagonal(_ operand: Operand) throws -> Operand {
    guard let label = operand.labels.first(where: { label in operand.labels.count { $0 == label } > 1 }) else {
      return operand
    }
    let shape = try composer.shape(operand.value)
    let axes = operand.labels.indices.filter { operand.labels[$0] == label }.prefix(2)
    guard let first = axes.first, let last = axes.last, shape[first] >= 0 else {
      let name = EinsumEquation.name(label)
      throw GraphError(
        .unsupported, "\(composer.op.rawValue): the diagonal over '\(name)' of \(shape) needs to know its extent")
    }
    let others = operand.labels.indices.filter { !axes.contains($0) }
    let front = others.map { shape[$0] }
    let value = try transposed(operand.value, others + [first, last])
    let flat = try composer.reshape(value, to: Shape(front + [shape[first] * shape[first]]))
    let elements = try composer.slice(
      flat, axis: front.count, from: 0, to: shape[first] * shape[first], step: shape[first] + 1)
    return try diagonal(Operand(value: elements, labels: others.map { operand.labels[$0] } + [label]))
  }

  /// Returns the operand without its broadcast axes: the other operands have them.
  private func withoutBroadcastAxes(_ operand: Operand) throws -> Operand {
    let shape = try composer.shape(operand.value)
    let axes = shape.indices.filter { shape[$0] == 1 && equation.extent(operand.labels[$0]) != 1 }
    guard !axes.isEmpty else { return operand }
    let labels = operand.labels.indices.filter { !axes.contains($0) }.map { operand.labels[$0] }
    return Operand(value: try composer.call(.squeeze, operand.value, composer.integers(axes)), labels: labels)
  }

  private func summed(_ operand: Operand, keeping kept: Set<Label>) throws -> Operand {
    let axes = operand.labels.indices.filter { !kept.contains(operand.labels[$0]) }
    guard !axes.isEmpty else { return operand }
    let sum = try composer.call(
      .reduceSum, operand.value, composer.integers(axes), attributes: ["keepdims": .int(0)])
    return Operand(value: sum, labels: operand.labels.filter(kept.contains))
  }

  /// Returns the operand with its axes in the order of `labels`, a permutation of its own.
  private func arranged(_ operand: Operand, as labels: [Label]) throws -> Operand {
    let order = labels.compactMap { operand.labels.firstIndex(of: $0) }
    return Operand(value: try transposed(operand.value, order), labels: labels)
  }

  private func transposed(_ value: CompositionValue, _ order: [Int]) throws -> CompositionValue {
    order == Array(order.indices) ? value : try composer.call(.transpose, value, attributes: ["perm": .ints(order)])
  }

  // MARK: Two operands

  private func product(_ a: Operand, _ b: Operand, keeping kept: Set<Label>) throws -> Operand {
    let shared = a.labels.filter(b.labels.contains)
    let (batch, inner) = (shared.filter(kept.contains), shared.filter { !kept.contains($0) })
    let rows = a.labels.filter { !b.labels.contains($0) }
    let columns = b.labels.filter { !a.labels.contains($0) }
    // Axes that are merged must have known extents.
    let isMatrixProduct =
      try !inner.isEmpty && composer.type(a.value).dtype.isFloatingPoint
      && [rows, columns, inner].allSatisfy { $0.count == 1 || equation.shape($0).isStatic }
    guard isMatrixProduct else {
      let labels = batch + rows + columns + inner
      let product = try composer.call(.mul, widened(a, to: labels), widened(b, to: labels))
      return try summed(Operand(value: product, labels: labels), keeping: kept)
    }
    func matrices(_ operand: Operand, _ first: [Label], _ second: [Label]) throws -> CompositionValue {
      let value = try arranged(operand, as: batch + first + second).value
      return try composer.reshape(value, to: Shape(equation.shape(batch) + [merged(first), merged(second)]))
    }
    let product = try composer.call(.matMul, matrices(a, rows, inner), matrices(b, inner, columns))
    let labels = batch + rows + columns
    return Operand(value: try composer.reshape(product, to: equation.shape(labels)), labels: labels)
  }

  /// Returns the extent of several merged axes.
  private func merged(_ labels: [Label]) -> Int {
    labels.count == 1 ? equation.extent(labels[0]) : equation.shape(labels).elementCount
  }

  /// Returns the operand with the axes of `labels`. Missing axes have extent 1.
  private func widened(_ operand: Operand, to labels: [Label]) throws -> CompositionValue {
    let own = try arranged(operand, as: labels.filter(operand.labels.contains))
    let shape = Shape(labels.map { own.labels.contains($0) ? equation.extent($0) : 1 })
    // ONNX's shape inference takes an unsqueezed vector for a shape, and rejects products with it.
    if shape.isStatic { return try composer.reshape(own.value, to: shape) }
    let missing = labels.indices.filter { !own.labels.contains(labels[$0]) }
    return missing.isEmpty ? own.value : try composer.call(.unsqueeze, own.value, composer.integers(missing))
  }
}
