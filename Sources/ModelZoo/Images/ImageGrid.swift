import Foundation

/// A picture that shows a batch of images side by side, row by row, on black.
///
/// ```swift
/// try ImageGrid(samples, shape: [64, 1, 28, 28]).write(to: URL(filePath: "grid.png"))
/// ```
public struct ImageGrid: Sendable {
  /// The width of the picture in pixels.
  public let width: Int
  /// The height of the picture in pixels.
  public let height: Int
  /// 1 for grayscale, 3 for red, green and blue.
  public let channels: Int
  /// The bytes of the picture, shape [height, width, channels].
  public let pixels: [UInt8]

  /// Lays images out in a grid.
  /// - Parameters:
  ///   - values: the images' values in row-major order, -1 for black to 1 for full intensity. What lies outside is
  ///     clipped; NaN is shown black.
  ///   - shape: [n, height, width] or [n, channels, height, width], with 1 or 3 channels; no size is 0.
  ///   - columns: the number of images in a row; by default the least whose square is at least n.
  ///   - padding: the black pixels between the images and around them.
  /// - Throws: `ImageError` with code `.unsupportedShape`.
  public init(_ values: [Float], shape: [Int], columns: Int? = nil, padding: Int = 2) throws(ImageError) {
    guard (3...4).contains(shape.count), shape.allSatisfy({ $0 > 0 }), shape.count == 3 || [1, 3].contains(shape[1])
    else {
      throw ImageError(
        code: .unsupportedShape,
        message: "expected images of shape [n, height, width] or [n, 1 or 3, height, width], found \(shape)")
    }
    precondition(values.count == shape.reduce(1, *), "\(values.count) values are no tensor of shape \(shape)")
    let count = shape[0]
    let channels = shape.count == 4 ? shape[1] : 1
    let (tileHeight, tileWidth) = (shape[shape.count - 2], shape[shape.count - 1])
    let columns = columns ?? Int(Double(count).squareRoot().rounded(.up))
    precondition(columns > 0 && padding >= 0, "a grid needs a column and a padding that isn't negative")
    let rows = (count + columns - 1) / columns
    let width = padding + min(columns, count) * (tileWidth + padding)
    let height = padding + rows * (tileHeight + padding)

    var pixels = [UInt8](repeating: 0, count: height * width * channels)
    var value = values.startIndex
    for tile in 0..<count {
      let top = padding + tile / columns * (tileHeight + padding)
      let left = padding + tile % columns * (tileWidth + padding)
      for channel in 0..<channels {
        for y in 0..<tileHeight {
          for x in 0..<tileWidth {
            pixels[((top + y) * width + left + x) * channels + channel] = Self.byte(values[value])
            value += 1
          }
        }
      }
    }
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// Writes the picture as a PNG file; the file appears whole or not at all.
  /// - Throws: `ImageError` with code `.encodingFailed` or `.writeFailed`.
  public func write(to url: URL) throws(ImageError) {
    let data = try pngData()
    do {
      try data.write(to: url, options: .atomic)
    } catch {
      throw ImageError(
        code: .writeFailed,
        message: "\(url.path): the picture can't be written; does its folder exist, and may it be written to?",
        cause: error)
    }
  }

  /// [-1, 1] to 0...255, rounded to the nearest.
  private static func byte(_ value: Float) -> UInt8 {
    value.isNaN ? 0 : UInt8(min(max((value + 1) * 127.5, 0), 255).rounded())
  }
}
