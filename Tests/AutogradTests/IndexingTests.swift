import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Reading and writing at indices")
struct IndexingTests {
  private func indices(_ numbers: Int64..., shape: Shape? = nil) -> Tensor {
    Tensor(TensorValue(numbers, shape: shape ?? [numbers.count]))
  }

  @Test("the methods are PyTorch's")
  func methods() {
    let x = constant([1, 2, 3, 4, 5, 6], [2, 3])
    #expect(x.indexSelect(axis: 1, index: indices(2, 0)).value == TensorValue([3.0, 1, 6, 4], shape: [2, 2]))
    let places = indices(2, 2, 0, -2, shape: [2, 2])
    #expect(x.gather(axis: 1, index: places).value == TensorValue([3.0, 3, 4, 5], shape: [2, 2]))
    let src = constant([10, 20, 30, 40], [2, 2])
    #expect(x.scatter(axis: 1, index: places, src: src).value == TensorValue([1.0, 2, 20, 30, 40, 6], shape: [2, 3]))
    #expect(
      x.scatterAdd(axis: 1, index: places, src: src).value == TensorValue([1.0, 2, 33, 34, 45, 6], shape: [2, 3]))
    let largest = x.scatterReduce(axis: 1, index: places, src: src * 0.1, reduce: .max)
    #expect(largest.value == TensorValue([1.0, 2, 3, 4, 5, 6], shape: [2, 3]))
  }

  @Test("a row that is read twice gets both gradients")
  func embedding() throws {
    let table = variable([1, 2, 3, 4], [2, 2])
    let rows = table.indexSelect(axis: 0, index: indices(1, 1, 0))
    let gradient = try grad(rows, table, gradOutputs: constant([1, 2, 10, 20, 100, 200], [3, 2]))
    #expect(gradient.value == TensorValue([100.0, 200, 11, 22], shape: [2, 2]))
  }

  @Test("indices may be computed, and a trace keeps the computation")
  func computed() throws {
    let trace = Trace(name: "lookup")
    let table = try trace.input("table", TensorType(.float64, [3, 2]))
    let which = try trace.input("which", TensorType(.float64, [4]))
    let rows = table.indexSelect(axis: 0, index: which.cast(to: .int64))
    try trace.output(rows)
    let values = variable([1, 2, 3, 4, 5, 6], [3, 2])
    let found = try trace.graph([values, constant([2, 0, -1, 2])], parameters: [:]).outputs[0]
    #expect(found.value == TensorValue([5.0, 6, 1, 2, 5, 6, 5, 6], shape: [4, 2]))
    #expect(try grad(found.sum(), values).value == TensorValue([1.0, 1, 0, 0, 3, 3], shape: [3, 2]))
  }

  @Test("a product with two zeros has its second derivative, in a trace too")
  func zeros() throws {
    // The derivatives of a · b · x by a and b, which are 0, are 0; the mixed second one is x.
    func mixed(_ x: Tensor, _ updates: Tensor) throws -> Tensor {
      let product = x.scatterReduce(axis: 0, index: indices(0, 0, 1), src: updates, reduce: .mul)
      let first = try grad(product.sum(), updates, createGraph: true)
      return try grad(first.sliced(axis: 0, from: 0, to: 1).sum(), updates)
    }
    let (x, updates) = (variable([2, 3]), variable([0, 0, 5]))
    #expect(try mixed(x, updates).value.doubles == [0, 2, 0])
    let trace = Trace(name: "product")
    let data = try trace.input("x", TensorType(.float64, [2]))
    let factors = try trace.parameter("updates", TensorType(.float64, [3]))
    try trace.output(mixed(data, factors))
    #expect(try trace.graph([x], parameters: ["updates": updates]).outputs[0].value.doubles == [0, 2, 0])
  }

  @Test("an isolated update and an empty one have derivatives, too", arguments: [0, 1])
  func few(count: Int) throws {
    let updates = variable([Double](repeating: 3, count: count))
    let index = Tensor(TensorValue([Int64](repeating: 1, count: count)))
    let product = constant([2, 5]).scatterReduce(axis: 0, index: index, src: updates, reduce: .mul)
    #expect(try grad(product.sum(), updates).value.doubles == [Double](repeating: 5, count: count))
  }

  @Test("indices of elements that are not zero can be read; a trace supports them for known values only")
  func nonZero() throws {
    let x = variable([0, 2, 0, 0, -1, 3], [2, 3])
    let places = try x.nonzero()
    #expect(places.value == TensorValue([Int64(0), 1, 1, 1, 1, 2], shape: [3, 2]))
    let chosen = try apply(.gatherND, [x, places])[0]
    #expect(chosen.value.doubles == [2, -1, 3])
    #expect(try grad(chosen.sum(), x).value.doubles == [0, 1, 0, 0, 1, 1])
    let rows = x.indexSelect(axis: 0, index: try constant([0, 1]).nonzero().squeezed(axis: 1))
    #expect(rows.value.doubles == [0, -1, 3])

    let trace = Trace(name: "places")
    let symbol = try trace.input("x", TensorType(.float64, [2, 3]))
    try trace.output(symbol.indexSelect(axis: 0, index: try constant([0, 1]).nonzero().squeezed(axis: 1)))
    #expect(try trace.graph([x], parameters: [:]).outputs[0].value.doubles == [0, -1, 3])
    let error = #expect(throws: GraphError.self) { try symbol.nonzero() }
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("NonZero: input X is not known before the graph runs") == true)
  }

  @Test("einsum is PyTorch's")
  func einsum() throws {
    let (a, b) = (variable([1, 2, 3, 4], [2, 2]), variable([5, 6, 7, 8], [2, 2]))
    let product = try Tensor.einsum("ij,jk->ki", a, b)
    #expect(product.value == TensorValue([19.0, 43, 22, 50], shape: [2, 2]))
    #expect(try grad(product.sum(), a).value.doubles == [11, 15, 11, 15])
    #expect(throws: GraphError.self) { try Tensor.einsum("ij,jk", a) }
  }
}
