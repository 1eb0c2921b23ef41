import Datasets
import GraphIR

/// Pictures of white discs on black, 12 × 12, each with a centre and a radius of its own.
struct Discs: Dataset {
  static let side = 12

  let name = "discs"
  let count = 4096
  let sampleShape = [1, side, side]
  let fingerprint: DatasetFingerprint
  private let values: [Float]

  init() {
    var stream = RandomStream(seed: 1, name: "discs")
    let size = Self.side * Self.side
    var values = [Float](repeating: -1, count: count * size)
    for sample in 0..<count {
      let draws = stream.uniform(3)
      let (x, y, radius) = (3 + 5 * draws[0], 3 + 5 * draws[1], 1.5 + 1.5 * draws[2])
      for pixel in 0..<size {
        let (dx, dy) = (Float(pixel % Self.side) - x, Float(pixel / Self.side) - y)
        // The edge is one pixel wide.
        let inside = min(max(radius - (dx * dx + dy * dy).squareRoot() + 0.5, 0), 1)
        values[sample * size + pixel] = 2 * inside - 1
      }
    }
    self.values = values
    fingerprint = DatasetFingerprint(shape: [count] + sampleShape, of: values)
  }

  func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
    for (slot, row) in rows.enumerated() {
      _ = buffer[slot * sampleSize..<(slot + 1) * sampleSize]
        .update(fromContentsOf: values[row * sampleSize..<(row + 1) * sampleSize])
    }
  }
}
