import Autograd
import Foundation
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct SoftmaxTests {
  @Test func rowsAreProbabilities() throws {
    let network = try Sequential("one", input: [2], layers: [Softmax()], dtype: .float64)
    let x = Tensor(TensorValue([0, log(3.0), 1000, 1000], shape: [2, 2]))
    let found = try Network(network.graph, parameters: [:])(x)
    #expect(mismatch(found.value.doubles, [0.25, 0.75, 0.5, 0.5], relative: 1e-14) == nil)
  }

  @Test func anAxisOutOfRangeIsRefused() {
    #expect(throws: (any Error).self) { try Sequential("one", input: [2], layers: [Softmax(axis: 2)]) }
  }
}
