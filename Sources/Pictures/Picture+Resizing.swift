extension Picture {
  /// The ways to give a picture another ratio of width to height.
  public enum Resizing: String, CaseIterable, Sendable, Codable {
    /// The largest part in the middle that has the ratio.
    case crop
    /// The whole picture, between margins.
    case fit
  }

  /// The picture in another size.
  ///
  /// - Parameters:
  ///   - width: the new width in pixels, at least 1.
  ///   - height: the new height in pixels, at least 1.
  ///   - resizing: the treatment of another ratio.
  ///   - background: the gray of margins, by default 255, white.
  public func resized(width: Int, height: Int, _ resizing: Resizing, background: UInt8 = 255) -> Picture {
    precondition(width > 0 && height > 0, "expected a size of at least 1 x 1, found \(width) x \(height)")
    if (width, height) == (self.width, self.height) { return self }
    let (own, new) = (Double(self.width) / Double(self.height), Double(width) / Double(height))
    switch resizing {
    case .crop:
      let columns = own > new ? Double(self.height) * new : Double(self.width)
      let rows = own > new ? Double(self.height) : Double(self.width) / new
      let (left, top) = ((Double(self.width) - columns) / 2, (Double(self.height) - rows) / 2)
      return resampled(.init(left, columns, width), .init(top, rows, height))
    case .fit:
      func rounded(_ extent: Double) -> Int { max(Int(extent.rounded(.toNearestOrEven)), 1) }
      let columns = own >= new ? width : rounded(Double(self.width) / Double(self.height) * Double(height))
      let rows = own > new ? rounded(Double(self.height) / Double(self.width) * Double(width)) : height
      let inner = resampled(
        .init(0, Double(self.width), columns), .init(0, Double(self.height), rows))
      return inner.centred(width: width, height: height, background: background)
    }
  }

  /// The picture in one channel, with the luma of ITU-R BT.601, or in three equal ones.
  public func converted(channels: Int) -> Picture {
    precondition([1, 3].contains(channels), "expected 1 or 3 channels, found \(channels)")
    if channels == self.channels { return self }
    let converted =
      channels == 3
      ? pixels.flatMap { [$0, $0, $0] }
      : stride(from: 0, to: pixels.count, by: 3).map { pixel in
        let (red, green, blue) = (Int(pixels[pixel]), Int(pixels[pixel + 1]), Int(pixels[pixel + 2]))
        return UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000)
      }
    return Picture(width: width, height: height, channels: channels, pixels: converted)
  }

  /// The picture between margins. The left and the upper one are as wide as the others, or half a pixel off.
  private func centred(width: Int, height: Int, background: UInt8) -> Picture {
    let left = Int((Double(width - self.width) / 2).rounded(.toNearestOrEven))
    let top = Int((Double(height - self.height) / 2).rounded(.toNearestOrEven))
    var result = [UInt8](repeating: background, count: width * height * channels)
    for row in 0..<self.height {
      let start = ((top + row) * width + left) * channels
      let line = row * self.width * channels..<(row + 1) * self.width * channels
      result.replaceSubrange(start..<start + line.count, with: pixels[line])
    }
    return Picture(width: width, height: height, channels: channels, pixels: result)
  }

  /// The weights of an axis of a part of the picture that becomes `count` pixels long.
  ///
  /// Every new pixel is a mean of old ones, weighted by a triangle around its centre. If the axis shrinks, the triangle
  /// is as many times wider. Source: P. Heckbert, "Fundamentals of Texture Mapping and Image Warping", 1989, 3.5.
  private struct Axis {
    let start: Double
    let extent: Double
    let count: Int

    init(_ start: Double, _ extent: Double, _ count: Int) {
      (self.start, self.extent, self.count) = (start, extent, count)
    }

    /// The first pixel of each mean, and the weights of it and the next ones. They add up to 1.
    func weights(of length: Int) -> [(first: Int, weights: [Double])] {
      let scale = extent / Double(count)
      let width = max(scale, 1)
      return (0..<count).map { index in
        let centre = start + (Double(index) + 0.5) * scale
        let first = max(Int(centre - width + 0.5), 0)
        let last = min(Int(centre + width + 0.5), length)
        let weights = (first..<max(last, first + 1)).map { max(1 - abs(Double($0) + 0.5 - centre) / width, 0) }
        let sum = weights.reduce(0, +)
        return (first, weights.map { $0 / sum })
      }
    }
  }

  /// Resamples along rows, then along columns.
  private func resampled(_ horizontal: Axis, _ vertical: Axis) -> Picture {
    let columns = horizontal.weights(of: width)
    let rows = vertical.weights(of: height)
    var narrow = [UInt8](repeating: 0, count: height * columns.count * channels)
    for row in 0..<height {
      for (index, column) in columns.enumerated() {
        for channel in 0..<channels {
          var sum = 0.5
          for (offset, weight) in column.weights.enumerated() {
            sum += weight * Double(pixels[(row * width + column.first + offset) * channels + channel])
          }
          narrow[(row * columns.count + index) * channels + channel] = UInt8(sum)
        }
      }
    }
    let line = columns.count * channels
    var result = [UInt8](repeating: 0, count: rows.count * line)
    for (index, row) in rows.enumerated() {
      for place in 0..<line {
        var sum = 0.5
        for (offset, weight) in row.weights.enumerated() {
          sum += weight * Double(narrow[(row.first + offset) * line + place])
        }
        result[index * line + place] = UInt8(sum)
      }
    }
    return Picture(width: columns.count, height: rows.count, channels: channels, pixels: result)
  }
}
