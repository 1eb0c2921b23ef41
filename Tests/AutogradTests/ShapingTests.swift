import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Shapes")
struct ShapingTests {
  private let x = constant([1, 2, 3, 4, 5, 6], [2, 3])

  @Test("the methods are mlx-swift's")
  func methods() {
    #expect(x.reshaped(3, -1).value == TensorValue([1.0, 2, 3, 4, 5, 6], shape: [3, 2]))
    #expect(x.transposed().value.doubles == [1, 4, 2, 5, 3, 6])
    #expect(x.swappedAxes(-1, 0).value == x.transposed(axes: [1, 0]).value)
    let cube = Tensor.zeros([2, 3, 4, 5])
    #expect(cube.swappedAxes(1, -1).shape == [2, 5, 4, 3])
    #expect(cube.movedAxis(source: 0, destination: -1).shape == [3, 4, 5, 2])
    #expect(cube.movedAxis(source: 3, destination: 1).shape == [2, 5, 3, 4])
    #expect(cube.flattened().shape == [120] && cube.flattened(start: 1).shape == [2, 60])
    #expect(cube.flattened(start: -2).shape == [2, 3, 20] && cube.flattened(start: 1, end: 2).shape == [2, 12, 5])
    #expect(cube.flattened(end: -2).shape == [24, 5])
    #expect(constant([1, 2], [2, 1]).broadcast(to: [2, 3]).value.doubles == [1, 1, 1, 2, 2, 2])
    #expect(x.expandedDimensions(axis: -1).shape == [2, 3, 1])
    #expect(x.expandedDimensions(axis: 1).squeezed(axis: 1).shape == [2, 3])
    #expect(x.reshaped([1, 6, 1]).squeezed().shape == [6])
    #expect(x.split(sizes: [1, 2], axis: 1).map(\.value.doubles) == [[1, 4], [2, 3, 5, 6]])
    #expect(x.split(size: 2, axis: -1).map(\.shape) == [[2, 2], [2, 1]])
    #expect(x.reshaped([6]).split(parts: 4).map(\.value.doubles) == [[1, 2], [3, 4], [5, 6]])
    #expect(stacked([x, x], axis: 1).shape == [2, 2, 3])
    #expect(concatenated([x, x], axis: 1).shape == [2, 6])
    #expect(x.tiled(repetitions: [2]).value.doubles == [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6])
    #expect(x.tiled(repetitions: [2, 1, 1]).shape == [2, 2, 3])
    #expect(x.flipped(axes: [0, 1]).value.doubles == [6, 5, 4, 3, 2, 1])
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

  @Test("a part that is never read has a gradient of zeros")
  func unreadPart() throws {
    let v = variable([1, 2, 3])
    #expect(try grad(v.split(sizes: [1, 2])[1].sum(), v).value.doubles == [0, 1, 1])
  }

  @Test("a batch may be symbolic where axes of known extents are flattened")
  func flattenedInTrace() throws {
    let trace = Trace(name: "g", symbols: ["batch"])
    let x = try trace.input("x", TensorType(.float64, [-1, 2, 3, 4]))
    #expect(x.flattened(start: 1).shape == [-1, 24] && x.flattened(start: 1, end: 2).shape == [-1, 6, 4])
    #expect(
      x.swappedAxes(0, 1).shape == [2, -1, 3, 4] && x.movedAxis(source: 0, destination: 3).shape == [2, 3, 4, -1])
  }

  @Test("in a trace, a shape is a tensor that other operators take")
  func shapeInTrace() throws {
    let trace = Trace(name: "g")
    let x = try trace.input("x", TensorType(.float64, [2, 3]))
    let size = try apply(.size, [x])[0]
    try trace.output(try apply(.reshape, [x, size.expandedDimensions(axis: 0)])[0])
    #expect(trace.graph.outputs[0].type.shape == [6])
  }
}
