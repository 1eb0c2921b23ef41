import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Shapes")
struct ShapingTests {
  private let x = constant([1, 2, 3, 4, 5, 6], [2, 3])

  @Test("the methods are PyTorch's")
  func methods() {
    #expect(x.unsqueeze(dim: -1).shape == [2, 3, 1])
    #expect(x.unsqueeze(dim: 1).squeeze(dim: 1).shape == [2, 3])
    #expect(x.reshaped([1, 6, 1]).squeeze().shape == [6])
    #expect(x.split([1, 2], dim: 1).map(\.value.doubles) == [[1, 4], [2, 3, 5, 6]])
    #expect(x.split(2, dim: -1).map(\.shape) == [[2, 2], [2, 1]])
    #expect(x.reshaped([6]).chunk(4).map(\.value.doubles) == [[1, 2], [3, 4], [5, 6]])
    #expect(Tensor.stack([x, x], dim: 1).shape == [2, 2, 3])
    #expect(Tensor.cat([x, x], dim: 1).shape == [2, 6])
    #expect(x.tile([2]).value.doubles == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(x.tile([2, 1, 1]).shape == [2, 2, 3])
    #expect(x.flip([0, 1]).value.doubles == [6, 5, 4, 3, 2, 1])
  }

  @Test("triangles, unit matrices, one-hot vectors and shuffled pixels")
  func patterns() {
    #expect(x.tril().value.doubles == [1, 0, 0, 4, 5, 0])
    #expect(x.triu(1).value.doubles == [0, 2, 3, 0, 0, 6])
    #expect(Tensor.eye(2, dtype: .float64).value == TensorValue([1.0, 0, 0, 1], shape: [2, 2]))
    #expect(Tensor.arange(3).value == TensorValue([Float(0), 1, 2]))
    let classes = Tensor(TensorValue(integers: [2, 0])).oneHot(3)
    #expect(classes.value == TensorValue([Float(0), 0, 1, 1, 0, 0], shape: [2, 3]))
    let shuffled = constant([1, 2, 3, 4], [1, 4, 1, 1]).pixelShuffle(2)
    #expect(shuffled.value == TensorValue([1.0, 2, 3, 4], shape: [1, 1, 2, 2]))
  }

  @Test("a part that nothing reads has a gradient of zeros")
  func unreadPart() throws {
    let v = variable([1, 2, 3])
    #expect(try grad(v.split([1, 2])[1].sum(), v).value.doubles == [0, 1, 1])
  }

  @Test("in a trace a shape is a number that other operators take")
  func shapeInTrace() throws {
    let trace = Trace(name: "g")
    let x = try trace.input("x", TensorType(.float64, [2, 3]))
    let size = try apply(.size, [x])[0]
    try trace.output(try apply(.reshape, [x, size.unsqueeze(dim: 0)])[0])
    #expect(trace.graph.outputs[0].type.shape == [6])
  }
}
