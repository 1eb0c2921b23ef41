import GraphIR
import TestSupport
import Testing

/// The declared traits of operators, compared with the reference kernels on every example of every operator.
///
/// Most tests check both directions: an undeclared property costs speed, and a wrongly declared one costs results.
@Suite("Traits of operators")
struct TraitTests {
  @Test(
    "elementwise: the call on the elements at one position gives the element at that position", arguments: Op.allCases)
  func elementwise(op: Op) throws {
    guard op.traits.kind != .random else { return }
    let isElementwise = op.traits.isElementwise || op.traits.kind == .alias
    #expect(OpExamples.examples(of: op).allSatisfy(\.isElementwise) == isElementwise)
  }

  @Test("operands: the shapes that they may have", arguments: Op.allCases.filter(\.traits.isElementwise))
  func operands(op: Op) throws {
    let examples = OpExamples.examples(of: op)
    for example in examples {
      let shapes = example.inputs.compactMap { $0?.shape }
      let output = try example.outputTypes()[0].shape
      switch op.traits.operands {
      case .alike: #expect(shapes.allSatisfy { $0 == output }, "\(example)")
      case .toFirst: #expect(shapes[0] == output, "\(example)")
      default: #expect(try shapes.reduce([]) { try #require(Shape.broadcast($0, $1)) } == output, "\(example)")
      }
    }
    /// Whether the operator accepts one shape for its first input and another for the others.
    func takes(_ first: Shape, _ others: Shape) -> Bool {
      examples.contains { example in
        let types = example.inputs.enumerated().map { index, value in
          value.map { TensorType($0.dtype, index == 0 ? first : others) }
        }
        let call = InferenceContext(
          op, inputs: types, constants: types.map { _ in nil }, attributes: example.attributes)
        return types.dropFirst().contains { $0 != nil } && (try? op.definition.infer(call)) != nil
      }
    }
    #expect(takes([3], [2, 3]) == op.traits.broadcasts)
    #expect(takes([2, 3], []) == (op.traits.operands != .alike))
  }

  @Test("commutative: two inputs can be exchanged, bit for bit", arguments: Op.allCases)
  func commutative(op: Op) throws {
    guard op.traits.kind != .random else { return }
    #expect(OpExamples.examples(of: op).allSatisfy(\.isCommutative) == op.traits.isCommutative)
  }

  @Test("views: the elements of input 0 in the same order", arguments: Op.allCases)
  func views(op: Op) throws {
    guard op.traits.kind != .random else { return }
    let isView = try OpExamples.examples(of: op).allSatisfy { example in
      let outputs = try example.evaluate()
      guard let input = example.inputs.first ?? nil, outputs.count == 1, outputs[0].count == input.count else {
        return false
      }
      return outputs[0].dtype == input.dtype && outputs[0] == input.reshaped(to: outputs[0].shape)
    }
    #expect(isView == op.traits.isInMemoryOfInput)
    let keepsShape = try OpExamples.examples(of: op).allSatisfy { try $0.outputTypes()[0] == $0.inputs.first??.type }
    if isView { #expect(keepsShape == (op.traits.kind == .alias)) }
  }

  @Test("movements: different elements at the same positions move to the same positions", arguments: Op.allCases)
  func movements(op: Op) throws {
    guard op.traits.kind != .random else { return }
    #expect(try OpExamples.examples(of: op).allSatisfy { try $0.keepsElements } == op.traits.keepsElements)
  }

  @Test(
    "reductions: an element affects at most one result",
    arguments: Op.allCases.filter { $0.traits.kind == .reduction })
  func reductions(op: Op) throws {
    for example in OpExamples.examples(of: op) {
      let before = try example.evaluate()[0]
      let data = try #require(example.inputs[0])
      #expect(before.count <= data.count)
      for index in 0..<data.count {
        let after = try example.replacing(0, by: data.changed([index])).evaluate()[0]
        #expect(before.differences(from: after).count <= 1, "\(example)")
      }
    }
  }

  /// Changes the first position along an axis. Other results stay the same unless the operator couples positions.
  @Test("normalisations: positions that share statistics affect each other, others do not", arguments: Op.allCases)
  func normalizations(op: Op) throws {
    guard case .normalization = op.traits.kind else {
      #expect(!op.traits.couples(axis: 0, of: [2, 2], ResolvedAttributes(op, [:])))
      return
    }
    var coupled: Set<Bool> = []
    for example in OpExamples.examples(of: op) {
      let data = try #require(example.inputs[0])
      let before = try example.evaluate()[0]
      #expect(before.shape == data.shape)
      for axis in data.shape.indices where data.shape[axis] > 1 {
        let isClaimed = op.traits.couples(axis: axis, of: data.shape, ResolvedAttributes(op, example.attributes))
        let stride = data.shape.strides[axis]
        func position(_ index: Int) -> Int { index / stride % data.shape[axis] }
        // The change differs from element to element: a common offset of a line could cancel.
        let acts = try (0..<data.count).contains { index in
          let after = try example.replacing(0, by: data.changed([index])).evaluate()[0]
          return before.differences(from: after).contains { position($0) != position(index) }
        }
        coupled.insert(acts)
        #expect(acts == isClaimed, "\(example), axis \(axis)")
      }
    }
    #expect(coupled.contains(true))
  }

  @Test("random: an attribute sets the seed", arguments: Op.allCases)
  func random(op: Op) {
    #expect(op.definition.signature.attributes.contains { $0.name == "seed" } == (op.traits.kind == .random))
  }

  @Test(
    "shapes: results that do not depend on the elements of input 0",
    arguments: Op.allCases.filter { $0.traits.kind == .shape })
  func shapes(op: Op) throws {
    for example in OpExamples.examples(of: op) {
      let data = try #require(example.inputs[0])
      let changed = example.replacing(0, by: data.changed(Array(0..<data.count)))
      #expect(try changed.evaluate() == example.evaluate(), "\(example)")
      #expect(example.inputs.count == 1)
    }
  }

  @Test("functions of tens of instructions round", arguments: Op.allCases.filter(\.traits.isCostly))
  func costs(op: Op) { #expect(op.traits.results == .rounded) }
}

extension OpExample {
  /// Whether the call on the elements at each position computes the element at that position of the only output.
  fileprivate var isElementwise: Bool {
    guard let outputs = try? evaluate(), outputs.count == 1 else { return false }
    let output = outputs[0]
    let strides = inputs.map { value in
      value.flatMap {
        Shape.broadcast($0.shape, output.shape) == output.shape ? $0.shape.broadcastStrides(to: output.shape) : nil
      }
    }
    guard zip(inputs, strides).allSatisfy({ ($0 == nil) == ($1 == nil) }), !inputs.isEmpty else { return false }
    return (0..<output.count).allSatisfy { index in
      let position = output.shape.strides.enumerated().map { index / $1 % output.shape[$0] }
      let elements = zip(inputs, strides).map { value, strides -> TensorValue? in
        guard let value, let strides else { return nil }
        return value.element(zip(position, strides).reduce(0) { $0 + $1.0 * $1.1 })
      }
      let alone = try? OpExample(op, label, elements, attributes).evaluate()
      return alone == [output.element(index)]
    }
  }

  /// Whether two inputs can be exchanged, in this call and in one on pairs of special values.
  fileprivate var isCommutative: Bool {
    guard inputs.count == 2, op.traits.isElementwise, let first = inputs[0], let second = inputs[1] else {
      return false
    }
    let numbers = first.specialNumbers
    let rows = TensorValue.gathered(numbers, (0..<numbers.count * numbers.count).map { $0 / numbers.count })
    let columns = TensorValue.gathered(numbers, (0..<numbers.count * numbers.count).map { $0 % numbers.count })
    return [(first, second), (rows, columns)].allSatisfy { a, b in
      let results = [[a, b], [b, a]].map { try? OpExample(op, label, $0, attributes).evaluate()[0] }
      guard let one = results[0], let other = results[1] else { return false }
      return one.type == other.type && one.differences(from: other).isEmpty
    }
  }

  /// Whether results move along if a function without structure replaces each element of the data.
  fileprivate var keepsElements: Bool {
    get throws {
      let formals = op.definition.signature.inputs
      guard let variable = formals.first?.typeVariable, let type = inputs.first??.dtype else { return false }
      let before = try evaluate()
      return try before.allSatisfy { $0.dtype == type }
        && [true, false].allSatisfy { bool in
          let moved = inputs.enumerated().map { index, value in
            formals[min(index, formals.count - 1)].typeVariable == variable ? value?.scrambled(bool) : value
          }
          let call = OpExample(op, label, moved, attributes, outputCount: outputCount)
          return try call.evaluate() == before.map { $0.scrambled(bool) }
        }
    }
  }

  fileprivate func replacing(_ index: Int, by value: TensorValue) -> OpExample {
    var copy = self
    copy.inputs[index] = value
    return copy
  }
}

extension TensorValue {
  /// One element, as a scalar.
  fileprivate func element(_ index: Int) -> TensorValue { .gathered(self, [index]).reshaped(to: []) }

  /// The elements at some positions.
  fileprivate static func gathered(_ value: TensorValue, _ indices: [Int]) -> TensorValue {
    switch value.dtype {
    case .float32: TensorValue(indices.map { value.elements(as: Float.self)[$0] })
    case .float64: TensorValue(indices.map { value.elements(as: Double.self)[$0] })
    case .int64: TensorValue(indices.map { value.elements(as: Int64.self)[$0] })
    case .bool: TensorValue(indices.map { value.elements(as: Bool.self)[$0] })
    }
  }

  /// Values of the same type on which functions of two arguments differ if the order changes.
  fileprivate var specialNumbers: TensorValue {
    switch dtype {
    case .float32: TensorValue([0, -0.0, 1, -2.5, .infinity, -.infinity] as [Float])
    case .float64: TensorValue([0, -0.0, 1, -2.5, .infinity, -.infinity] as [Double])
    case .int64: TensorValue([0, 1, -3, 7] as [Int64])
    case .bool: TensorValue([true, false])
    }
  }

  /// Replaces every element by a function that keeps neither order nor sums. There are two functions for booleans: Not
  /// commutes with its own results, and And with false.
  fileprivate func scrambled(_ negates: Bool) -> TensorValue {
    switch dtype {
    case .float32: TensorValue(elements(as: Float.self).map { 1 / ($0 + 100) }, shape: shape)
    case .float64: TensorValue(elements(as: Double.self).map { 1 / ($0 + 100) }, shape: shape)
    case .int64: TensorValue(elements(as: Int64.self).map { $0 ^ 5 }, shape: shape)
    case .bool: TensorValue(elements(as: Bool.self).map { negates && !$0 }, shape: shape)
    }
  }

  /// The value with different elements at some positions.
  fileprivate func changed(_ indices: [Int]) -> TensorValue {
    func change<Element: TensorElement>(_ change: (Element) -> Element) -> TensorValue {
      var elements = elements(as: Element.self)
      for index in indices { elements[index] = change(elements[index]) }
      return TensorValue(elements, shape: shape)
    }
    switch dtype {
    case .float32: return change { (number: Float) in number + 3 }
    case .float64: return change { (number: Double) in number + 3 }
    case .int64: return change { (number: Int64) in number + 3 }
    case .bool: return change { (flag: Bool) in !flag }
    }
  }

  /// The positions whose bits differ. All NaNs are equal.
  fileprivate func differences(from other: TensorValue) -> [Int] {
    zip(doubles, other.doubles).enumerated().filter { _, pair in
      pair.0.bitPattern != pair.1.bitPattern && !(pair.0.isNaN && pair.1.isNaN)
    }.map(\.offset)
  }
}
