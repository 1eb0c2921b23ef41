extension Picture {
  /// Shows a batch of images side by side, row by row, on black.
  ///
  /// ```swift
  /// try Picture(images: samples, shape: [64, 1, 28, 28]).write(to: URL(filePath: "grid.png"))
  /// ```
  ///
  /// - Parameters:
  ///   - values: the images' values in row-major order, -1 for black to 1 for full intensity. Values outside are
  ///     clipped; NaN is shown black.
  ///   - shape: [n, height, width] or [n, channels, height, width], with 1 or 3 channels; no size is 0.
  ///   - columns: the number of images in a row; by default the smallest number whose square is at least n.
  ///   - padding: the black pixels between the images and around them.
  /// - Throws: ``PictureError`` with code `.unsupportedShape`.
  public init(images values: [Float], shape: [Int], columns: Int? = nil, padding: Int = 2) throws(PictureError) {
    guard (3...4).contains(shape.count), shape.allSatisfy({ $0 > 0 }), shape.count == 3 || [1, 3].contains(shape[1])
    else {
      throw PictureError(
        .unsupportedShape,
        "expected images of shape [n, height, width] or [n, 1 or 3, height, width], found \(shape)")
    }
    precondition(
      values.count == shape.reduce(1, *),
      "expected \(shape.reduce(1, *)) values for shape \(shape), found \(values.count)")
    let channels = shape.count == 4 ? shape[1] : 1
    let (height, width) = (shape[shape.count - 2], shape[shape.count - 1])
    let area = height * width
    let tiles = (0..<shape[0]).map { image in
      // From planes of channels to interleaved channels.
      let pixels = (0..<area * channels).map {
        Self.byte(values[(image * channels + $0 % channels) * area + $0 / channels])
      }
      return Picture(width: width, height: height, channels: channels, pixels: pixels)
    }
    self.init(tiles: tiles, columns: columns, padding: padding)
  }

  /// Maps [-1, 1] to 0...255, rounded to the nearest.
  private static func byte(_ value: Float) -> UInt8 {
    value.isNaN ? 0 : UInt8(min(max((value + 1) * 127.5, 0), 255).rounded())
  }
}
