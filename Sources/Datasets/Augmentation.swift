import GraphIR

/// Random changes of pictures in training. Each sample of a batch is changed anew.
public struct Augmentation: Sendable, Hashable, Codable {
  /// The axes of reflections.
  public enum Flip: String, CaseIterable, Sendable, Codable {
    /// Left and right are exchanged with probability 1/2.
    case horizontal
  }

  /// The reflection; nil for none.
  public var flip: Flip?
  /// The most pixels by which a picture is shifted along each axis. Pixels at its edge are repeated.
  public var crop = 0

  /// No change.
  public init() {}

  /// Whether nothing is changed.
  public var isEmpty: Bool { flip == nil && crop == 0 }

  /// Changes samples in place. Every sample draws three numbers, so that draws do not depend on the settings.
  ///
  /// - Parameters:
  ///   - samples: the samples, one after the other.
  ///   - shape: channels, height and width of a sample.
  ///   - stream: the source of random numbers.
  public func apply(to samples: UnsafeMutableBufferPointer<Float>, shape: [Int], _ stream: inout RandomStream) {
    precondition(shape.count == 3, "expected samples of channels, height and width, found \(shape)")
    let (height, width) = (shape[1], shape[2])
    let size = shape.reduce(1, *)
    let draws = stream.uniform(3 * (samples.count / size))
    var plane = [Float](repeating: 0, count: height * width)
    for sample in 0..<samples.count / size {
      let isFlipped = flip == .horizontal && draws[3 * sample] < 0.5
      let (down, right) = (shift(draws[3 * sample + 1]), shift(draws[3 * sample + 2]))
      if !isFlipped, down == 0, right == 0 { continue }
      for channel in 0..<shape[0] {
        let start = sample * size + channel * plane.count
        for row in 0..<height {
          let y = min(max(row - down, 0), height - 1)
          for column in 0..<width {
            let x = min(max(column - right, 0), width - 1)
            plane[row * width + column] = samples[start + y * width + (isFlipped ? width - 1 - x : x)]
          }
        }
        for index in plane.indices { samples[start + index] = plane[index] }
      }
    }
  }

  /// A whole number from -crop to crop, from a uniform number in [0, 1).
  private func shift(_ draw: Float) -> Int { min(Int(draw * Float(2 * crop + 1)), 2 * crop) - crop }
}
