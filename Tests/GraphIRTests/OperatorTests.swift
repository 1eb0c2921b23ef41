import GraphIR
import TestSupport
import Testing

@Suite("Operators against ONNX Runtime, ONNX and NumPy")
struct OperatorTests {
  @Test("shapes and values", arguments: Set(Op.allCases).subtracting([.randomNormal, .randomUniform]))
  func values(op: Op) throws {
    let cases = try OperatorFixture.cases().filter { $0.op == op }
    #expect(cases.count >= 5, "a script in Tests/Fixtures/operators has to write at least 5 cases of \(op)")
    for entry in cases {
      let example = entry.example
      let expected = entry.outputs.map(\.value)
      #expect(try example.outputTypes() == expected.map(\.type), "\(example)")
      for (found, expected) in zip(try example.evaluate(), expected) {
        let tolerance = op.traits.results == .exact ? 0 : expected.dtype == .float32 ? 2e-6 : 1e-12
        #expect(mismatch(found, expected, relative: tolerance, absolute: tolerance) == nil, "\(example)")
      }
    }
  }

  @Test("signatures", arguments: Op.allCases)
  func signature(op: Op) throws {
    let signature = op.definition.signature
    #expect(signature.isInOpset || op.definition.isComposed, "what opset 21 lacks is exported as its composition")
    guard signature.domain == Signature.onnxDomain else {
      #expect(signature.domain == "zoo")
      return
    }
    let schema = try #require(try OperatorFixture.schemas().first { $0.op == op.rawValue })
    #expect(signature.sinceVersion == schema.since)
    for (found, expected) in [(signature.inputs, schema.inputs), (signature.outputs, schema.outputs)] {
      #expect(found.map(\.name) == expected.map(\.name))
      #expect(found.map { "\($0.presence)" } == expected.map(\.presence))
    }
    for attribute in signature.attributes {
      let expected = try #require(schema.attributes.first { $0.name == attribute.name }, "\(attribute.name)")
      #expect(attribute.kind.rawValue == expected.kind)
      // Draws must be reproducible: a seed is required here, for Dropout only while it draws.
      let isSeed = attribute.name == "seed" && op != .dropout
      #expect(attribute.isRequired == (expected.isRequired || isSeed))
      let value = expected.default.flatMap { AttributeValue(kind: expected.kind, text: $0) }
      #expect(attribute.defaultValue == value || attribute.defaultValue == .int(0) && value == nil, "\(attribute.name)")
    }
    let known = Set(signature.attributes.map(\.name))
    // Parts of ONNX that this vocabulary lacks: conversions to 8-bit floats, and constants that are sparse or strings.
    let missing: Set = ["saturate", "sparse_value", "value_string", "value_strings"]
    #expect(Set(schema.attributes.map(\.name)).subtracting(known).isSubset(of: missing))
  }

  @Test("draws have the requested type, seed and distribution")
  func draws() throws {
    for (op, parameters, mean, deviation) in [
      (Op.randomNormal, ["mean": AttributeValue.float(2), "scale": .float(0.5)], 2.0, 0.5),
      (Op.randomUniform, ["low": .float(-1), "high": .float(5)], 2.0, 6 / 12.0.squareRoot()),
    ] {
      func draw(_ seed: Float, _ dtype: DataType = .float32) throws -> TensorValue {
        var attributes = Attributes(parameters)
        attributes["seed"] = .float(seed)
        attributes["shape"] = .ints([100, 200])
        attributes["dtype"] = .int(dtype.onnxCode)
        return try OpExample(op, "", [], attributes).evaluate()[0]
      }
      let values = try draw(3)
      #expect(values.type == TensorType(.float32, [100, 200]))
      #expect(try draw(3, .float64).dtype == .float64)
      #expect(try draw(3) == values)
      #expect(try draw(4) != values)
      let numbers = values.doubles
      let found = numbers.reduce(0, +) / 20_000
      let spread = (numbers.reduce(0) { $0 + ($1 - found) * ($1 - found) } / 20_000).squareRoot()
      // The tolerance is five standard errors.
      #expect(mismatch([found], [mean], absolute: 5 * deviation / 20_000.0.squareRoot()) == nil)
      #expect(mismatch([spread], [deviation], relative: 0.03) == nil)
      if op == .randomUniform { #expect(numbers.allSatisfy { $0 >= -1 && $0 < 5 }) }
    }
  }
}
