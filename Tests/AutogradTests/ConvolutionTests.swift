import Autograd
import GraphIR
import TestSupport
import Testing

@Suite("Convolution and pooling as tensor functions")
struct ConvolutionTests {
  private func ramp(_ shape: Shape) -> Tensor {
    Tensor(TensorValue((0..<shape.elementCount).map { Double(($0 * 37) % 11) - 5 }, shape: shape), requiresGrad: true)
  }

  @Test("arguments become ONNX's attributes")
  func arguments() throws {
    let (x, w, b) = (ramp([1, 2, 6, 5]), ramp([4, 1, 2, 3]), ramp([4]))
    let window: Attributes = [
      "strides": .ints([2, 1]), "pads": .ints([1, 0, 1, 0]), "dilations": .ints([2, 1]), "group": .int(2),
    ]
    #expect(
      try x.conv2d(w, bias: b, stride: [2, 1], padding: [1, 0], dilation: [2, 1], groups: 2).value
        == apply(.conv, [x, w, b], window)[0].value)
    var transposed = window
    transposed["output_padding"] = .ints([1, 0])
    let (v, c) = (ramp([2, 2, 2, 3]), ramp([4]))
    #expect(
      try x.convTranspose2d(
        v, bias: c, stride: [2, 1], padding: [1, 0], outputPadding: [1, 0], groups: 2, dilation: [2, 1]
      ).value == apply(.convTranspose, [x, v, c], transposed)[0].value)
    #expect(
      try x.maxPool2d(kernel: [2, 3], stride: 2, padding: 1, ceilMode: true).value
        == apply(
          .maxPool, [x],
          [
            "kernel_shape": .ints([2, 3]), "strides": .ints([2, 2]), "pads": .ints([1, 1, 1, 1]), "ceil_mode": .int(1),
          ]
        )[0].value)
    #expect(
      try x.avgPool2d(kernel: 2, countIncludePad: false).value
        == apply(.averagePool, [x], ["kernel_shape": .ints([2, 2]), "strides": .ints([2, 2])])[0].value)
  }

  @Test("a 1-D convolution is a 2-D one whose first axis has one element")
  func oneAxis() {
    let (x, w) = (ramp([2, 3, 7]), ramp([2, 3, 3]))
    let flat = x.reshaped([2, 3, 1, 7]).conv2d(w.reshaped([2, 3, 1, 3]), stride: [1, 2], padding: [0, 1])
    #expect(x.conv1d(w, stride: 2, padding: 1).value == flat.reshaped([2, 2, 4]).value)
    let v = ramp([3, 2, 3])
    let spread = x.reshaped([2, 3, 1, 7]).convTranspose2d(
      v.reshaped([3, 2, 1, 3]), stride: [1, 2], outputPadding: [0, 1])
    #expect(x.convTranspose1d(v, stride: 2, outputPadding: 1).value == spread.reshaped([2, 2, 16]).value)
  }

  @Test("the transpose is the adjoint: ⟨conv(x), y⟩ = ⟨x, convTranspose(y)⟩")
  func adjoint() {
    let (x, w, y) = (ramp([2, 2, 7, 6]), ramp([3, 2, 3, 2]), ramp([2, 3, 3, 6]))
    let forward = (x.conv2d(w, stride: [2, 1], padding: [0, 1], dilation: [1, 2]) * y).sum()
    let backward = (x * y.convTranspose2d(w, stride: [2, 1], padding: [0, 1], dilation: [1, 2])).sum()
    #expect(forward.item == backward.item)
  }

  @Test("the three operators of convolution are closed under differentiation")
  func closed() throws {
    let ops: Set<Op> = [.conv, .convTranspose, .convWeightGrad]
    let trace = Trace(name: "second order")
    let x = try trace.input("x", TensorType(.float64, [2, 2, 6, 5])).detached(requiresGrad: true)
    let w = try trace.input("w", TensorType(.float64, [3, 2, 3, 3])).detached(requiresGrad: true)
    let y = x.conv2d(w, stride: 2, padding: 1)
    let first = try grad([y.squared().sum()], [x, w], createGraph: true).compactMap { $0 }
    let second = try grad([first[0].squared().sum() + first[1].squared().sum()], [x, w])
    for tensor in second.compactMap({ $0 }) { try trace.output(tensor) }
    let used = trace.graph.nodes.map(\.op)
    #expect(ops.isSubset(of: used))
    #expect(!used.contains(.transpose) && !used.contains(.pad) && !used.contains(.slice))
  }
}
