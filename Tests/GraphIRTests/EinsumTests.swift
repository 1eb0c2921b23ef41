import GraphIR
import TestSupport
import Testing

@Suite("Einstein's summation")
struct EinsumTests {
  private static func infer(_ equation: String, _ shapes: [Shape]) throws -> Shape {
    let types = shapes.map { TensorType(.float32, $0) }
    let context = InferenceContext(
      .einsum, node: "n", inputs: types, constants: types.map { _ in nil }, attributes: ["equation": .string(equation)])
    return try Op.einsum.definition.infer(context)[0].shape
  }

  struct Call: Sendable, CustomStringConvertible {
    let equation: String
    let shapes: [Shape]
    let output: Shape
    var description: String { "\(equation) of \(shapes)" }

    init(_ equation: String, _ shapes: Shape..., to output: Shape) {
      self.equation = equation
      self.shapes = shapes
      self.output = output
    }
  }

  /// -1 is the first symbol, -2 the second.
  static let symbolic = [
    Call("bij,bjk->bik", [-1, 2, 3], [-1, 3, 4], to: [-1, 2, 4]), Call("ij,jk->ik", [2, -1], [-1, 4], to: [2, 4]),
    Call("ij,jk->ki", [-1, 3], [3, -2], to: [-2, -1]),
    Call("bhqd,bhkd->bhqk", [-1, 2, -2, 4], [-1, 2, -2, 4], to: [-1, 2, -2, -2]),
    Call("abc,cab->b", [-1, 2, -2], [-2, -1, 2], to: [2]), Call("bi,i->b", [-1, 3], [3], to: [-1]),
    Call("...i,ij->...j", [-1, -2, 3], [3, 5], to: [-1, -2, 5]), Call("b,i->bi", [1], [-1], to: [1, -1]),
    Call("bi,bj->bij", [1, 2], [-1, 3], to: [-1, 2, 3]), Call("bii->bi", [-1, 3, 3], to: [-1, 3]),
    Call("abi,ic->abc", [-1, -2, 3], [3, 2], to: [-1, -2, 2]),
    Call("abij,abij->a", [-1, -2, 3, 2], [-1, -2, 3, 2], to: [-1]),
  ]

  @Test("symbolic extents pass through, in compositions, too", arguments: symbolic)
  func symbols(call: Call) throws {
    #expect(try Self.infer(call.equation, call.shapes) == call.output)
    let types = call.shapes.map { TensorType(.float32, $0) }
    let composition = try Op.einsum.composition(
      of: types, constants: types.map { _ in nil }, attributes: ["equation": .string(call.equation)], outputCount: 1)
    #expect(composition?.outputs[0].type.shape == call.output)
  }

  @Test("the composition is a matrix product if there is one")
  func products() throws {
    func operators(_ equation: String, _ shapes: Shape...) throws -> Set<Op> {
      let types = shapes.map { TensorType(.float32, $0) }
      let composition = try Op.einsum.composition(
        of: types, constants: types.map { _ in nil }, attributes: ["equation": .string(equation)], outputCount: 1)
      return Set(try #require(composition).nodes.map(\.op)).subtracting([.identity])
    }
    #expect(try operators("ij,jk->ik", [2, 3], [3, 4]) == [.matMul])
    #expect(try operators("bij,bjk->bik", [5, 2, 3], [5, 3, 4]) == [.matMul])
    #expect(try operators("ij,kj->ik", [2, 3], [4, 3]) == [.transpose, .matMul])
    #expect(try operators("i,j->ij", [2], [3]) == [.reshape, .mul])
    #expect(try operators("ij,ij->ij", [2, 3], [2, 3]) == [.mul])
  }

  @Test(
    "the error names the mismatch",
    arguments: [
      ("ij->jk", [[2, 3]], "'k' in the result, but in no operand"),
      ("ij->ii", [[2, 3]], "an axis of the result twice"),
      ("ij,jk", [[2, 3]], "has 2 operands, found 1 inputs"), ("ij", [[2, 3], [3]], "has 1 operands, found 2 inputs"),
      ("ij", [[2, 3, 4]], "input 0 is [2, 3, 4], but equation 'ij' names 2 axes"),
      ("ij...", [[2]], "names 2 axes besides the ellipsis"), ("ij,jk", [[2, 3], [4, 5]], "'j' is [3] and [4]"),
      ("ii", [[1, 3]], "'i' is [1] and [3]"), ("i->j->k", [[2]], "has 2 arrows"), ("i1", [[2, 2]], "the term 'i1'"),
      ("i..", [[2, 2]], "the term 'i..'"), ("...i...", [[2, 2]], "the term '...i...'"),
      ("i-j", [[2, 2]], "the term 'i-j'"),
      ("é", [[2]], "the term 'é'"), ("...i->i", [[2, 3]], "expected one in the result"),
      ("...i,...i", [[2, 3], [4, 3]], "'...' is [2] and [4]"), ("i,i", [[-1], [3]], "'i' is [?1] and [3]"),
    ] as [(String, [Shape], String)])
  func refused(equation: String, shapes: [Shape], message: String) {
    let error = #expect(throws: GraphError.self) { try Self.infer(equation, shapes) }
    #expect(error?.message.hasPrefix("node 'n' (Einsum): ") == true)
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "") lacks '\(message)'")
  }

  @Test("a composition takes no diagonal of a symbolic extent")
  func symbolicDiagonal() throws {
    #expect(try Self.infer("ii->i", [[-1, -1]]) == [-1])
    let error = #expect(throws: GraphError.self) {
      try Op.einsum.composition(
        of: [TensorType(.float32, [-1, -1])], constants: [nil], attributes: ["equation": .string("ii->i")],
        outputCount: 1)
    }
    #expect(error?.message.contains("the diagonal over 'i' of [?1, ?1]") == true)
  }

  @Test("a computation from constants that is too large is not folded")
  func constants() throws {
    var builder = GraphBuilder(name: "outer")
    let vector = builder.constant(TensorValue([Float](repeating: 1, count: 200)))
    let names = [String](repeating: vector, count: 12)
    try builder.output(try builder.add(.einsum, names, ["equation": .string("a,b,c,d,e,f,g,h,i,j,k,l->")]))
    #expect(builder.value(of: builder.graph.outputs[0].name) == nil)
    #expect(try builder.graph.foldingConstants().nodes.count == 1)
  }

  @Test("equations that ONNX Runtime supports are exported unchanged, others as compositions")
  func lowering() throws {
    func keeps(_ equation: String, _ shapes: Shape...) throws -> Bool {
      let values = shapes.map { TensorValue(repeating: 1, type: TensorType(.float32, $0)) }
      let example = OpExample(.einsum, equation, values, ["equation": .string(equation)])
      return try example.graph().loweringToOpset().nodes.contains { $0.op == .einsum }
    }
    #expect(
      try keeps("ij,jk->ik", [2, 3], [3, 4]) && keeps("...i,...i", [2, 3], [1, 3]) && keeps("bA->Ab", [2, 3]))
    #expect(try !keeps("ij,ij->ij", [1, 3], [2, 1]) && !keeps("...i,...i", [2, 3], [3]) && !keeps("bA", [2, 3]))
  }
}
