import Autograd
import GraphIR
import NN
import TestSupport
import Testing

@Suite struct UpsampleTests {
  private func run(_ layers: [any Layer], _ input: [Int], _ x: [Double]) throws -> TensorValue {
    let graph = try Sequential("one", input: input, layers: layers, dtype: .float64).graph
    let value = TensorValue(x, shape: Shape([1] + input))
    return try Network(graph, parameters: [:])(Tensor(value)).value
  }

  @Test func nearestRepeatsElements() throws {
    let found = try run([Upsample(2)], [1, 1, 2], [1, 2])
    #expect(found == TensorValue([1.0, 1, 2, 2, 1, 1, 2, 2], shape: [1, 1, 2, 4]))
  }

  /// Of four elements between two, the outer ones equal the two, and the inner ones are at a quarter of the distance.
  @Test func bilinearInterpolates() throws {
    let found = try run([Upsample(2, mode: .bilinear)], [1, 1, 2], [1, 2])
    #expect(found.shape == [1, 1, 2, 4])
    #expect(mismatch(found.doubles, [1, 1.25, 1.75, 2, 1, 1.25, 1.75, 2], relative: 1e-12) == nil)
  }

  @Test func pixelShuffleDealsChannelsOut() throws {
    let found = try run([PixelShuffle(2)], [4, 1, 1], [1, 2, 3, 4])
    #expect(found == TensorValue([1.0, 2, 3, 4], shape: [1, 1, 2, 2]))
  }

  @Test func whatDoesNotFitIsRefused() {
    for layers in [[Upsample(0)], [PixelShuffle(0)], [PixelShuffle(.max)], [PixelShuffle(3)]] as [[any Layer]] {
      #expect(throws: NNError.self) { try Sequential("one", input: [4, 1, 1], layers: layers) }
    }
    #expect(throws: NNError.self) { try Sequential("one", input: [4], layers: [Upsample(2)]) }
  }
}
