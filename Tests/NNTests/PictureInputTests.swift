import Autograd
import GraphIR
import NN
import Testing

/// Pictures in flat samples. The expected numbers follow from the indices of each element.
@Suite struct PictureInputTests {
  @Test(
    arguments: [([5, 6, 3], false), ([3, 6, 5], true), ([4, 4, 4], true), ([6, 2, 4], false), ([2, 3, 3], true)],
    [1, 3])
  func elementsGoToTheirChannels(_ example: (shape: [Int], isChannelsFirst: Bool), _ frames: Int) throws {
    let (shape, samples) = (example.shape, 2)
    let layer = PictureInput(shape: shape, frames: frames)
    #expect(layer.isChannelsFirst == example.isChannelsFirst)
    let size = shape.reduce(1, *)
    let values = (0..<samples * frames * size).map { Double($0 * 7 % 256) }
    let network = try Sequential("picture", input: [frames * size], layers: [layer], dtype: .float64)
    let input = Tensor(TensorValue(values, shape: [samples, frames * size]))
    let output = try Network(network.graph, parameters: [:])(input)
    #expect(output.shape == Shape([samples] + layer.outputShape))
    let (channels, height, width) =
      example.isChannelsFirst ? (shape[0], shape[1], shape[2]) : (shape[2], shape[0], shape[1])
    var expected: [Double] = []
    for sample in 0..<samples {
      for frame in 0..<frames {
        for channel in 0..<channels {
          for row in 0..<height {
            for column in 0..<width {
              let place =
                example.isChannelsFirst
                ? (channel * height + row) * width + column : (row * width + column) * channels + channel
              expected.append(values[(sample * frames + frame) * size + place] / 255)
            }
          }
        }
      }
    }
    #expect(output.value.doubles == expected)
  }

  @Test func anotherWidthIsAnError() {
    let error = #expect(throws: NNError.self) {
      try Sequential("picture", input: [17], layers: [PictureInput(shape: [2, 3, 3], frames: 1)])
    }
    #expect(error?.description.contains("expected [batch, 18]") == true)
  }
}
