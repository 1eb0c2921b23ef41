import Autograd
import GraphIR
import TestSupport
import Testing

/// Values and gradients of order 1 and 2 against PyTorch's; `Fixtures/autograd/harness.py` describes the fields.
@Suite("Operators against PyTorch")
struct PyTorchTests {
  struct Fixture: Decodable {
    let cases: [Case]
  }

  /// A call of an operator with all of PyTorch's values for it.
  struct Case: Decodable, Sendable, CustomStringConvertible {
    let name, op: String
    let attributes: [String: Attribute]
    let inputs: [Value?]
    let outputs: [Value]
    let w: Value
    let gradients, v, second: [Value?]
    let secondW: Value

    var description: String { name }

    enum CodingKeys: String, CodingKey {
      case name, op, attributes, inputs, outputs, w, gradients, v, second
      case secondW = "second_w"
    }
  }

  struct Value: Decodable, Sendable {
    let dtype: String
    let shape: [Int]
    let values: [Double]

    /// The elements in float64; integers and conditions unchanged.
    var value: TensorValue {
      switch dtype {
      case "int64": TensorValue(values.map { Int64($0) }, shape: Shape(shape))
      case "bool": TensorValue(values.map { $0 != 0 }, shape: Shape(shape))
      default: TensorValue(values, shape: Shape(shape))
      }
    }

    private enum CodingKeys: String, CodingKey { case dtype, shape, values }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      dtype = try container.decode(String.self, forKey: .dtype)
      shape = try container.decode([Int].self, forKey: .shape)
      values =
        dtype == "bool"
        ? try container.decode([Bool].self, forKey: .values).map { $0 ? 1 : 0 }
        : try container.decode([Double].self, forKey: .values)
    }
  }

  /// An attribute: JSON does not distinguish 1 from 1.0, but the operator's signature does.
  enum Attribute: Decodable, Sendable {
    case number(Double), numbers([Double]), text(String), texts([String])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let numbers = try? container.decode([Double].self) {
        self = .numbers(numbers)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .texts(try container.decode([String].self))
      }
    }

    func value(_ kind: AttributeValue.Kind) throws -> AttributeValue {
      switch (self, kind) {
      case (.number(let number), .int): .int(Int(number))
      case (.number(let number), .float): .float(Float(number))
      case (.numbers(let numbers), .ints): .ints(numbers.map { Int($0) })
      case (.numbers(let numbers), .floats): .floats(numbers.map { Float($0) })
      case (.text(let text), .string): .string(text)
      case (.texts(let texts), .strings): .strings(texts)
      default: throw GraphError(.attribute, "\(self) is no \(kind.rawValue)")
      }
    }
  }

  static let cases = (try? Fixtures.loadAll("autograd", as: Fixture.self).flatMap(\.cases)) ?? []

  @Test("there are cases, and for most operators")
  func coverage() throws {
    let fixtures: [Fixture] = try Fixtures.loadAll("autograd")
    let cases = fixtures.flatMap(\.cases)
    #expect(cases.count >= 100)
    #expect(Set(cases.map(\.op)).count >= 30)
  }

  @Test("value, gradient and second derivative", arguments: cases)
  func agrees(example: Case) throws {
    let op = try #require(Op(rawValue: example.op))
    let specifications = op.definition.signature.attributes
    var attributes: Attributes = [:]
    for (name, value) in example.attributes {
      let specification = try #require(specifications.first { $0.name == name })
      attributes[name] = try value.value(specification.kind)
    }
    let inputs = example.inputs.map { $0.map { Tensor($0.value, requiresGrad: $0.dtype == "double") } }
    let outputs = try apply(op, inputs, attributes, outputCount: example.outputs.count)
    // ONNX's attributes are float32, PyTorch's arguments float64: 0.8 differs between them.
    let tolerance = specifications.contains { $0.kind == .float } ? 1e-7 : 1e-11
    func expectEqual(_ found: Tensor?, _ expected: Value, _ what: Comment) throws {
      let found = try #require(found)
      #expect(mismatch(found.value, expected.value, relative: tolerance, absolute: tolerance) == nil, what)
    }
    for (output, expected) in zip(outputs, example.outputs) { try expectEqual(output, expected, "value") }

    let w = Tensor(example.w.value, requiresGrad: true)
    let leaves = inputs.compactMap { $0 }.filter(\.requiresGrad)
    let places = inputs.indices.filter { inputs[$0]?.requiresGrad == true }
    let first = try grad([outputs[0]], leaves, gradOutputs: [w], createGraph: true, materializeGrads: true)
    var total: Tensor?
    for (gradient, place) in zip(first, places) {
      let gradient = try #require(gradient)
      guard let expected = example.gradients[place], let weights = example.v[place] else {
        // PyTorch has no gradient there, which means zero.
        #expect(gradient.value.doubles.allSatisfy { $0 == 0 }, "gradient of input \(place)")
        continue
      }
      try expectEqual(gradient, expected, "gradient of input \(place)")
      let term = (gradient * Tensor(weights.value)).sum()
      total = total.map { $0 + term } ?? term
    }
    guard let total, total.requiresGrad else {
      let expected = (example.second + [example.secondW]).compactMap { $0 }
      #expect(expected.allSatisfy { $0.values.allSatisfy { $0 == 0 } }, "the second derivative is not zero")
      return
    }
    let second = try grad([total], leaves + [w], materializeGrads: true)
    for (gradient, place) in zip(second, places) {
      guard let expected = example.second[place] else { continue }
      try expectEqual(gradient, expected, "second derivative of input \(place)")
    }
    try expectEqual(second.last ?? nil, example.secondW, "derivative with respect to the weights")
  }
}
