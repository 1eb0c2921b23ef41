/// Pixels of 8 bits per channel, in rows from the top.
public struct Picture: Equatable, Sendable {
  /// The width in pixels.
  public let width: Int
  /// The height in pixels.
  public let height: Int
  /// 1 for grayscale, 3 for red, green and blue.
  public let channels: Int
  /// The bytes, shape [height, width, channels].
  public package(set) var pixels: [UInt8]

  /// Creates a picture from its bytes.
  /// - Parameters:
  ///   - width: the width in pixels, at least 1.
  ///   - height: the height in pixels, at least 1.
  ///   - channels: 1 for grayscale, 3 for red, green and blue.
  ///   - pixels: the bytes, shape [height, width, channels].
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && [1, 3].contains(channels),
      "expected a picture of at least 1 x 1 pixels with 1 or 3 channels, found \(width) x \(height) x \(channels)")
    precondition(
      pixels.count == width * height * channels,
      "expected \(width * height * channels) bytes for \(width) x \(height) x \(channels), found \(pixels.count)")
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// Lays pictures of one size out in a grid, row by row.
  /// - Parameters:
  ///   - tiles: the pictures, at least one.
  ///   - columns: the number of pictures in a row; by default the smallest number whose square is at least their
  ///     number.
  ///   - padding: the pixels between the pictures and around them.
  ///   - background: the gray of the padding, by default 0, black.
  public init(tiles: [Picture], columns: Int? = nil, padding: Int = 2, background: UInt8 = 0) {
    precondition(!tiles.isEmpty, "a grid needs a picture")
    let columns = columns ?? Int(Double(tiles.count).squareRoot().rounded(.up))
    precondition(columns > 0 && padding >= 0, "a grid needs a column and a padding that isn't negative")
    let (tileWidth, tileHeight, channels) = (tiles[0].width, tiles[0].height, tiles[0].channels)
    let rows = (tiles.count + columns - 1) / columns
    let width = padding + min(columns, tiles.count) * (tileWidth + padding)
    let height = padding + rows * (tileHeight + padding)

    var pixels = [UInt8](repeating: background, count: height * width * channels)
    for (index, tile) in tiles.enumerated() {
      precondition(
        (tile.width, tile.height, tile.channels) == (tileWidth, tileHeight, channels),
        "the pictures of a grid are of one size")
      let top = padding + index / columns * (tileHeight + padding)
      let left = padding + index % columns * (tileWidth + padding)
      let length = tileWidth * channels
      for y in 0..<tileHeight {
        let start = ((top + y) * width + left) * channels
        pixels.replaceSubrange(start..<start + length, with: tile.pixels[y * length..<(y + 1) * length])
      }
    }
    self.init(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// The picture at a fraction of its size: each pixel is the mean of `factor` x `factor` pixels, rounded to the
  /// nearest.
  /// - Parameter factor: a divisor of the width and of the height.
  public func reduced(by factor: Int) -> Picture {
    precondition(
      factor > 0 && width % factor == 0 && height % factor == 0,
      "\(width) x \(height) pixels can't be reduced by \(factor)")
    let (area, rowLength) = (factor * factor, width * channels)
    var reduced: [UInt8] = []
    reduced.reserveCapacity(pixels.count / area)
    for y in stride(from: 0, to: height, by: factor) {
      for x in stride(from: 0, to: width, by: factor) {
        for channel in 0..<channels {
          var sum = area / 2
          for row in y..<y + factor {
            for column in x..<x + factor {
              sum += Int(pixels[row * rowLength + column * channels + channel])
            }
          }
          reduced.append(UInt8(sum / area))
        }
      }
    }
    return Picture(width: width / factor, height: height / factor, channels: channels, pixels: reduced)
  }

  /// The picture, reduced by the smallest whole factor for a width of at most `greatest`. Rows and columns at the right
  /// and the bottom that don't fill a pixel are left out.
  public func reduced(toWidth greatest: Int) -> Picture {
    let factor = min((width + greatest - 1) / greatest, height)
    guard factor > 1 else { return self }
    let (columns, rows) = (width / factor * factor, height / factor * factor)
    let kept = (0..<rows).flatMap { pixels[$0 * width * channels..<($0 * width + columns) * channels] }
    return Picture(width: columns, height: rows, channels: channels, pixels: kept).reduced(by: factor)
  }
}
