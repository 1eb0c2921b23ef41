import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("New tensors, comparisons and subscripts")
struct CreationTests {
  @Test("numbers become float32, whole numbers too, unless a type is named")
  func numbers() {
    #expect(Tensor([1, 2, 3]).value == TensorValue([Float(1), 2, 3]))
    #expect(Tensor([1.5], dtype: .float64).value == TensorValue([1.5]))
    #expect(Tensor([2, 0], dtype: .bool).value == TensorValue([true, false]))
    #expect(Tensor([1, 2, 3, 4], [2, 2]).value == TensorValue([Float(1), 2, 3, 4], shape: [2, 2]))
    #expect(Tensor([[1, 2, 3], [4, 5, 6]]).value == TensorValue([Float(1), 2, 3, 4, 5, 6], shape: [2, 3]))
    #expect(Tensor([Int64(7)]).value == TensorValue([Int64(7)]))
    #expect(Tensor([true, false], [2, 1]).value == TensorValue([true, false], shape: [2, 1]))
    #expect(Tensor(integers: [3, -1]).value == TensorValue([Int64(3), -1]))
    #expect(Tensor([1, 2], requiresGrad: true).requiresGrad && !Tensor([1, 2]).requiresGrad)
  }

  @Test("a literal has the shape of its nesting")
  func literals() {
    let vector: Tensor = [1, 2.5]
    let cube: Tensor = [[[1], [2]], [[3], [4]], [[5], [6]]]
    #expect(vector.value == TensorValue([Float(1), 2.5]))
    #expect(cube.value == TensorValue([Float(1), 2, 3, 4, 5, 6], shape: [3, 2, 1]))
    #expect((vector + [1, 1]).value == TensorValue([Float(2), 3.5]))
  }

  @Test("filled tensors", arguments: DataType.allCases)
  func filled(dtype: DataType) {
    let type = TensorType(dtype, [2, 3])
    #expect(Tensor.zeros([2, 3], dtype: dtype).value == TensorValue(repeating: 0, type: type))
    #expect(Tensor.ones([2, 3], dtype: dtype).value == TensorValue(repeating: 1, type: type))
    #expect(Tensor.full([2, 3], 4, dtype: dtype).value == TensorValue(repeating: 4, type: type))
  }

  @Test("draws are the stream's, and advance it", arguments: [DataType.float32, .float64])
  func draws(dtype: DataType) {
    var (first, second) = (RandomStream(seed: 3, name: "draws"), RandomStream(seed: 3, name: "draws"))
    let (normal, uniform) = (
      Tensor.randn([3, 5], &first, dtype: dtype), Tensor.uniform([7], &first, low: -2, high: 3, dtype: dtype)
    )
    #expect(normal.dtype == dtype && uniform.dtype == dtype)
    #expect(normal.value.doubles == second.normal([3, 5]).doubles)
    #expect(uniform.value.doubles == second.uniform([7], low: -2, high: 3).doubles)
    #expect(first == second)
  }

  @Test("every comparison, between tensors and with a number")
  func comparisons() {
    let (a, b) = (Tensor([1, 2, 3, .nan]), Tensor([2, 2, 2, 2]))
    func holds(_ condition: Tensor) -> [Bool] { condition.value.elements() }
    let expected: [(Tensor, Tensor, [Bool])] = [
      (a .== b, a .== 2, [false, true, false, false]), (a .!= b, a .!= 2, [true, false, true, true]),
      (a .< b, a .< 2, [true, false, false, false]), (a .<= b, a .<= 2, [true, true, false, false]),
      (a .> b, a .> 2, [false, false, true, false]), (a .>= b, a .>= 2, [false, true, true, false]),
    ]
    for (pair, number, values) in expected {
      #expect(holds(pair) == values)
      #expect(holds(number) == values)
    }
    let (p, q) = (Tensor([true, true, false, false]), Tensor([true, false, true, false]))
    #expect(holds(p .& q) == [true, false, false, false] && holds(p .| q) == [true, true, true, false])
    #expect(holds(p .^ q) == [false, true, true, false] && holds(.!p) == [false, false, true, true])
  }

  /// The elements of `Tensor.arange(60)` as [3, 4, 5] equal their indices: element (i, j, k) is 20·i + 5·j + k.
  private let x = Tensor(TensorValue((0..<60).map(Float.init), shape: [3, 4, 5]))

  private func expected(_ rows: [Int], _ columns: [Int], _ depths: [Int], _ shape: Shape) -> TensorValue {
    let places = rows.flatMap { row in columns.flatMap { column in depths.map { 20 * row + 5 * column + $0 } } }
    return TensorValue(places.map(Float.init), shape: shape)
  }

  @Test("indices, ranges, strides, new axes and the ellipsis have the meaning of NumPy")
  func subscripts() {
    let (rows, columns, depths) = (Array(0..<3), Array(0..<4), Array(0..<5))
    #expect(x[1].value == expected([1], columns, depths, [4, 5]))
    #expect(x[-1].value == expected([2], columns, depths, [4, 5]))
    #expect(x[1, 3, -2].value == expected([1], [3], [3], []))
    #expect(x[0..., -1].value == expected(rows, [3], depths, [3, 5]))
    #expect(x[1..<3, ..<2].value == expected([1, 2], [0, 1], depths, [2, 2, 5]))
    #expect(x[1...2, ...1].value == expected([1, 2], [0, 1], depths, [2, 2, 5]))
    #expect(x[(-2)..., -3 ..< -1].value == expected([1, 2], [1, 2], depths, [2, 2, 5]))
    #expect(x[-2 ... -1, ..<(-1)].value == expected([1, 2], [0, 1, 2], depths, [2, 3, 5]))
    #expect(x[...(-1)].value == x.value)
    #expect(x[1..<99].value == expected([1, 2], columns, depths, [2, 4, 5]), "a range is cut at the end")
    #expect(x[.ellipsis, 4].value == expected(rows, columns, [4], [3, 4]))
    #expect(x[2, .ellipsis, 0].value == expected([2], columns, [0], [4]))
    #expect(x[.ellipsis].value == x.value && x[.ellipsis, 0..., 0..., 0...].value == x.value)
    #expect(x[.ellipsis, .stride(by: 2)].value == expected(rows, columns, [0, 2, 4], [3, 4, 3]))
    #expect(
      x[.stride(by: -1), .stride(from: 3, to: 0, by: -2)].value == expected([2, 1, 0], [3, 1], depths, [3, 2, 5]))
    #expect(x[.newAxis].shape == [1, 3, 4, 5] && x[0..., .newAxis].shape == [3, 1, 4, 5])
    #expect(x[.ellipsis, .newAxis].shape == [3, 4, 5, 1] && x[0, .newAxis, .ellipsis, .newAxis].shape == [1, 4, 5, 1])
    #expect(x[1, .newAxis, 2].value == expected([1], [2], depths, [1, 5]))
  }

  @Test("a tensor of indices takes slices along the first axis")
  func tensors() {
    #expect(x[Tensor(integers: [2, 0])].value == expected([2, 0], Array(0..<4), Array(0..<5), [2, 4, 5]))
  }

  @Test("a subscript is differentiable to second order, and supports a symbolic axis")
  func derivatives() throws {
    let values = TensorValue((0..<24).map { Double($0) / 7 - 1.5 }, shape: [2, 3, 4])
    for order in 1...2 {
      try gradcheck([values], order: order) { inputs in
        let cubes = inputs[0] * inputs[0] * inputs[0]
        return [cubes[1, .newAxis, .stride(by: -2)], cubes[.ellipsis, 1..<3], cubes[Tensor(integers: [1, 1])]]
      }
    }
    let trace = Trace(name: "subscript", symbols: ["batch"])
    let input = try trace.input("x", TensorType(.float32, [-1, 4]))
    #expect(input[0..., 1..<3].shape == [-1, 2] && input[0..., -1].shape == [-1])
  }
}
