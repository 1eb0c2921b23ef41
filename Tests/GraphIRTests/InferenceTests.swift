import GraphIR
import TestSupport
import Testing

@Suite("Shape inference")
struct InferenceTests {
  private static func infer(
    _ op: Op, _ inputs: [TensorType?], _ attributes: Attributes = [:], constants: [Int: [Int]] = [:],
    outputCount: Int = 1
  ) throws -> [TensorType] {
    let values = inputs.indices.map { index in constants[index].map { TensorValue(integers: $0) } }
    return try op.definition.infer(
      InferenceContext(
        op, node: "n", inputs: inputs, constants: values, attributes: attributes, outputCount: outputCount))
  }

  private static func float(_ shape: Shape) -> TensorType { TensorType(.float32, shape) }
  private static func ints(_ count: Int) -> TensorType { TensorType(.int64, [count]) }

  // MARK: Symbolic dimensions

  struct Symbolic: Sendable, CustomStringConvertible {
    let op: Op
    let inputs: [TensorType]
    var attributes: Attributes = [:]
    var constants: [Int: [Int]] = [:]
    let expected: Shape?
    var description: String { "\(op.rawValue) \(inputs) \(constants) \(attributes.sorted)" }

    /// A call on one tensor and vectors of integers.
    init(_ op: Op, _ shapes: [Shape], _ integers: [Int]..., attributes: Attributes = [:], expected: Shape?) {
      self.op = op
      inputs = shapes.map(InferenceTests.float) + integers.map { InferenceTests.ints($0.count) }
      for (index, numbers) in integers.enumerated() { constants[shapes.count + index] = numbers }
      self.attributes = attributes
      self.expected = expected
    }
  }

  static let symbolic: [Symbolic] = [
    // Shapes such as [batch, 784]; -1 is the first symbol, -2 the second.
    Symbolic(.reshape, [[-1, 28, 28]], [0, -1], expected: [-1, 784]),
    Symbolic(.reshape, [[-1, 28, 28]], [-1, 784], expected: [-1, 784]),
    Symbolic(.reshape, [[-1, 784]], [0, 1, 28, 28], expected: [-1, 1, 28, 28]),
    Symbolic(.reshape, [[-1, 784]], [-1, 28, 28], expected: [-1, 28, 28]),
    Symbolic(.reshape, [[4, -1]], [-1, 0], expected: [4, -1]),
    Symbolic(.reshape, [[-1, 4, -2]], [0, 2, 2, -1], expected: [-1, 2, 2, -2]),
    Symbolic(.reshape, [[-1, -1]], [0, -1], expected: [-1, -1]),
    Symbolic(.reshape, [[-1]], [0, 1], expected: [-1, 1]),
    Symbolic(.reshape, [[-1, 784]], [784, -1], expected: [784, -1]),
    Symbolic(.reshape, [[-1, 784]], [64, 784], expected: nil),
    Symbolic(.reshape, [[-1, 784]], [0, 783], expected: nil),
    Symbolic(.reshape, [[-1, 0]], [-1, 0], attributes: ["allowzero": .int(1)], expected: nil),
    Symbolic(.gemm, [[-1, 3], [4, 3], [4]], attributes: ["transB": .int(1)], expected: [-1, 4]),
    Symbolic(.gemm, [[3, -1], [3, 4]], attributes: ["transA": .int(1)], expected: [-1, 4]),
    Symbolic(.gemm, [[-1, 3], [3, 4], [-1, 1]], expected: [-1, 4]),
    Symbolic(.gemm, [[2, -1], [-1, 4]], expected: [2, 4]),
    Symbolic(.gemm, [[2, -1], [3, 4]], expected: nil),
    Symbolic(.gemm, [[2, -1], [-2, 4]], expected: nil),
    Symbolic(.gemm, [[2, 3], [3, 4], [-1, 4]], expected: nil),
    Symbolic(.matMul, [[-1, 2, 3], [3, 4]], expected: [-1, 2, 4]),
    Symbolic(.matMul, [[-1, 2, 3], [-1, 3, 4]], expected: [-1, 2, 4]),
    Symbolic(.matMul, [[-1, 2, 3], [5, 3, 4]], expected: nil),
    Symbolic(.add, [[-1, 4], [4]], expected: [-1, 4]),
    Symbolic(.add, [[-1, 4], [1, 1]], expected: [-1, 4]),
    Symbolic(.add, [[-1, 1], [1, -2]], expected: [-1, -2]),
    Symbolic(.add, [[-1, 4], [-2, 4]], expected: nil),
    Symbolic(.add, [[-1, 4], [64, 4]], expected: nil),
    Symbolic(.batchNormalization, [[-1, 3], [3], [3], [3], [3]], expected: [-1, 3]),
    Symbolic(.batchNormalization, [[-1, 3, -2, -2], [3], [3], [3], [3]], expected: [-1, 3, -2, -2]),
    Symbolic(.batchNormalization, [[3, -1], [3], [3], [3], [3]], expected: nil),
    Symbolic(.reduceSum, [[-1, 3]], [1], expected: [-1, 1]),
    Symbolic(.reduceMean, [[-1, 3]], [0], attributes: ["keepdims": .int(0)], expected: [3]),
    Symbolic(.transpose, [[-1, 3, 4]], expected: [4, 3, -1]),
    Symbolic(.concat, [[-1, 3], [-1, 4]], attributes: ["axis": .int(1)], expected: [-1, 7]),
    Symbolic(.concat, [[-1, 3], [-2, 4]], attributes: ["axis": .int(1)], expected: nil),
    Symbolic(.slice, [[-1, 5]], [1], [3], [1], expected: [-1, 2]),
    Symbolic(.slice, [[-1, 5]], [1], [3], expected: nil),
    Symbolic(.pad, [[-1, 5]], [0, 1, 0, 2], expected: [-1, 8]),
    Symbolic(.pad, [[-1, 5]], [1, 0, 0, 0], expected: nil),
    Symbolic(.expand, [[-1, 1]], [1, 3], expected: [-1, 3]), Symbolic(.expand, [[-1, 1]], [4, 3], expected: nil),
    Symbolic(.leakyReluGrad, [[-1, 4], [-1, 4]], expected: [-1, 4]),
    Symbolic(.leakyReluGrad, [[-1, 4], [-2, 4]], expected: nil), Symbolic(.tanh, [[-1, 4]], expected: [-1, 4]),
  ]

  @Test(
    "symbolic dimensions pass through, cancel where they are copied, and match only themselves",
    arguments: symbolic)
  func symbols(call: Symbolic) throws {
    let result = Result { try Self.infer(call.op, call.inputs, call.attributes, constants: call.constants) }
    guard let expected = call.expected else {
      let error = #expect(throws: GraphError.self) { try result.get() }
      #expect(error?.code == .shape)
      return
    }
    #expect(try result.get() == [Self.float(expected)])
    // With concrete extents for symbols, the shape equals the inferred concrete shape.
    func numbers(_ shape: Shape) -> Shape { Shape(shape.map { $0 == -1 ? 6 : $0 == -2 ? 7 : $0 }) }
    let inputs = call.inputs.map { TensorType($0.dtype, numbers($0.shape)) }
    #expect(try Self.infer(call.op, inputs, call.attributes, constants: call.constants)[0].shape == numbers(expected))
  }

  // MARK: Errors

  struct Refused: Sendable, CustomStringConvertible {
    let op: Op
    let inputs: [TensorType?]
    let attributes: Attributes
    let constants: [Int: [Int]]
    let outputCount: Int
    let code: GraphError.Code
    let message: String
    var description: String { message }

    init(
      _ op: Op, _ inputs: [TensorType?], attributes: Attributes = [:], constants: [Int: [Int]] = [:],
      outputCount: Int = 1, _ code: GraphError.Code, _ message: String
    ) {
      self.op = op
      self.inputs = inputs
      self.attributes = attributes
      self.constants = constants
      self.outputCount = outputCount
      self.code = code
      self.message = message
    }
  }

  private static let boolean = TensorType(.bool, [2])
  private static let vector = float([2])
  private static let matrix = float([2, 3])
  private static let scalar = float([])
  private static let step = TensorType(.int64, [])

  static let refused: [Refused] = [
    Refused(.add, [vector], .arity, "expected 2 inputs, found 1"),
    Refused(.add, [vector, vector, vector], .arity, "expected 2 inputs, found 3"),
    Refused(.add, [vector, nil], .arity, "input B is left out, but it is required"),
    Refused(.add, [vector, vector], outputCount: 2, .arity, "expected 1 outputs, found 2"),
    Refused(.concat, [], attributes: ["axis": .int(0)], .arity, "expected at least 1 inputs, found 0"),
    Refused(
      .concat, [vector, nil], attributes: ["axis": .int(0)], .arity, "input inputs is left out, but it is required"),
    Refused(.gemm, [matrix], .arity, "expected 2 to 3 inputs, found 1"),
    Refused(
      .randomNormal, [vector], attributes: ["seed": .float(1), "shape": .ints([])], .arity, "expected 0 inputs, found 1"
    ),
    Refused(
      .batchNormalization, [matrix, float([3]), float([3]), float([3]), float([3])], outputCount: 3, .arity,
      "3 outputs with training_mode 0, expected 1"),
    Refused(
      .batchNormalization, [matrix, float([3]), float([3]), float([3]), float([3])],
      attributes: ["training_mode": .int(1)],
      outputCount: 2, .arity,
      "2 outputs with training_mode 1, expected 3"),
    Refused(
      .batchNormalization, [matrix, float([3]), float([3]), float([3]), float([3])],
      attributes: ["training_mode": .int(1)], .arity, "1 outputs with training_mode 1, expected 3"),
    Refused(
      .adamStep, [scalar, step, vector, vector, vector, vector], outputCount: 2, .arity, "expected 3 outputs, found 2"),
    Refused(.exp, [vector], attributes: ["alpha": .float(1)], .attribute, "no attribute 'alpha'; it has none"),
    Refused(
      .leakyRelu, [vector], attributes: ["beta": .float(1), "gamma": .float(1)], .attribute,
      "no attribute 'beta'; it has alpha"),
    Refused(
      .leakyRelu, [vector], attributes: ["alpha": .int(1)], .attribute, "attribute 'alpha' is INT, expected FLOAT"),
    Refused(.concat, [vector], .attribute, "attribute 'axis' is missing"),
    Refused(.randomUniform, [], attributes: ["shape": .ints([2])], .attribute, "attribute 'seed' is missing"),
    Refused(
      .transpose, [matrix], attributes: ["perm": .ints([0, 0])], .attribute,
      "perm [0, 0] is not a permutation of the axes of [2, 3]"),
    Refused(
      .transpose, [matrix], attributes: ["perm": .ints([0])], .attribute,
      "perm [0] is not a permutation of the axes of [2, 3]"),
    Refused(.and, [vector, vector], .dataType, "input A is float32, expected bool"),
    Refused(.sqrt, [boolean], .dataType, "input X is bool, expected float32, float64"),
    Refused(
      .add, [vector, TensorType(.float64, [2])], .dataType, "input B is float64, but an earlier input is float32"),
    Refused(.reshape, [vector, vector], constants: [1: [2]], .dataType, "input shape is float32, expected int64"),
    Refused(.cast, [vector], attributes: ["to": .int(10)], .dataType, "'to' is ONNX's type 10, which is not supported"),
    Refused(
      .randomNormal, [], attributes: ["dtype": .int(7), "seed": .float(1), "shape": .ints([2])], .dataType,
      "'dtype' is 7, expected 1 (float32) or 11 (float64)"),
    Refused(.add, [float([2, 3]), float([4])], .shape, "shapes [2, 3] and [4] do not broadcast"),
    Refused(.where, [boolean, matrix, vector], .shape, "shapes [2] and [2, 3] and [2] do not broadcast"),
    Refused(.max, [vector, float([3]), float([1])], .shape, "shapes [2] and [3] and [1] do not broadcast"),
    Refused(
      .gemm, [matrix, matrix], .shape, "A is [2, 3], B is [2, 3], expected equal inner extents, found 3 and 2"),
    Refused(.gemm, [vector, matrix], .shape, "expected two matrices, found [2] and [2, 3]"),
    Refused(
      .gemm, [matrix, float([3, 4]), float([3, 4])], .shape, "C is [3, 4], which does not broadcast to [2, 4]"),
    Refused(
      .gemm, [matrix, float([3, 4]), float([1, 2, 4])], .shape, "C is [1, 2, 4], which does not broadcast to [2, 4]"),
    Refused(.matMul, [matrix, matrix], .shape, "[2, 3] and [2, 3] can't be multiplied"),
    Refused(.matMul, [scalar, matrix], .shape, "[] and [2, 3] can't be multiplied"),
    Refused(.reduceSum, [matrix, ints(1)], constants: [1: [2]], .shape, "axis 2 is out of range for [2, 3]"),
    Refused(.reduceSum, [matrix, ints(2)], constants: [1: [1, -1]], .shape, "axes [1, -1] name one axis twice"),
    Refused(
      .reshape, [matrix, ints(1)], constants: [1: [7]], .shape, "[2, 3] and [7] differ in the number of elements"),
    Refused(
      .reshape, [matrix, ints(2)], constants: [1: [4, -1]], .shape,
      "[2, 3] can't be reshaped to [4, -1]: -1 can't be inferred"),
    Refused(
      .reshape, [matrix, ints(2)], constants: [1: [-1, -1]], .shape,
      "[-1, -1] is not a shape: expected extents of at least 0 and at most one -1"),
    Refused(
      .reshape, [matrix, ints(2)], constants: [1: [-2, 3]], .shape,
      "[-2, 3] is not a shape: expected extents of at least 0 and at most one -1"),
    Refused(
      .reshape, [vector, ints(2)], constants: [1: [2, 0]], .shape, "extent 1 of [2, 0] copies a missing axis of [2]"),
    Refused(.expand, [matrix, ints(1)], constants: [1: [2]], .shape, "[2, 3] does not broadcast to [2]"),
    Refused(
      .concat, [matrix, vector], attributes: ["axis": .int(0)], .shape,
      "[2] can't be concatenated with [2, 3] along axis 0"),
    Refused(
      .concat, [matrix, float([3, 2])], attributes: ["axis": .int(0)], .shape,
      "[3, 2] can't be concatenated with [2, 3] along axis 0"),
    Refused(.concat, [scalar], attributes: ["axis": .int(0)], .shape, "axis 0 is out of range for []"),
    Refused(.pad, [matrix, ints(2)], constants: [1: [1, 1]], .shape, "2 pads for 2 axes, expected 4"),
    Refused(
      .pad, [matrix, ints(4)], constants: [1: [-1, 0, -2, 0]], .shape,
      "axis 0 of [2, 3] can't be padded by [-1, 0, -2, 0]"),
    Refused(
      .pad, [vector, ints(2), vector], constants: [1: [1, 1]], .shape, "constant_value is [2], expected a scalar"),
    Refused(
      .slice, [vector, ints(1), ints(1), ints(1), ints(1)], constants: [1: [0], 2: [1], 3: [0], 4: [0]], .shape,
      "a step of 0 along axis 0"),
    Refused(.batchNormalization, [vector, vector, vector, vector, vector], .shape, "X is [2], expected [N, C, …]"),
    Refused(
      .batchNormalization, [matrix, float([3]), vector, float([3]), float([3])], .shape,
      "B is [2], expected [3] as X is [2, 3]"),
    Refused(
      .randomNormal, [], attributes: ["seed": .float(1), "shape": .ints([2, -1])], .shape, "'shape' is [2, -1]"),
    Refused(.leakyReluGrad, [vector, float([3])], .shape, "dY is [2], X is [3], expected equal shapes"),
    Refused(
      .adamStep, [vector, step, vector, vector, vector, vector], outputCount: 3, .shape,
      "input 0 is [2], expected a scalar"),
    Refused(
      .adamStep, [scalar, step, vector, vector, scalar, vector], outputCount: 3, .shape,
      "input 4 is [], expected [2] as X is"),
    Refused(
      .pad, [vector, ints(2)], attributes: ["mode": .string("mirror")], constants: [1: [1, 1]], .attribute,
      "mode is 'mirror', expected constant, reflect, edge, wrap"),
    Refused(
      .reshape, [vector, ints(1)], .unsupported, "input shape is not known before the graph runs; expected a constant"),
    Refused(
      .slice, [vector, ints(1), ints(1)], constants: [1: [0]], .unsupported,
      "input ends is not known before the graph runs; expected a constant"),
  ]

  @Test("an error names node, operator, expectation and finding", arguments: refused)
  func errors(call: Refused) {
    let error = #expect(throws: GraphError.self) {
      try Self.infer(call.op, call.inputs, call.attributes, constants: call.constants, outputCount: call.outputCount)
    }
    #expect(error?.code == call.code)
    #expect(error?.description == "node 'n' (\(call.op.rawValue)): \(call.message)")
  }

  @Test("shapes and axes are vectors")
  func vectors() {
    let error = #expect(throws: GraphError.self) {
      try OpExample(.reshape, "", [TensorValue([1.0, 2]), TensorValue([Int64(2), 1], shape: [1, 2])]).outputTypes()
    }
    #expect(error?.code == .shape)
    #expect(error?.description == "Reshape: input shape is int64[1, 2], expected a vector")
  }

  @Test("the tests of this target reach every kind of error")
  func everyCode() {
    let here = Set(Self.refused.map(\.code))
    // VerifierTests covers names, TextTests covers syntax.
    #expect(here.union([.name, .syntax]) == Set(GraphError.Code.allCases))
  }

  @Test("an error names its cause")
  func cause() {
    let error = GraphError(.syntax, "file.graph", cause: GraphError(.name, "no x"))
    #expect(error.description == "file.graph: no x")
  }
}
