import Foundation
import Pictures

/// Produces an animated GIF that loops, from pictures of one size.
///
/// Colours are exact while there are at most 256, see `Palette`. Delays are in hundredths of a second, GIF's unit. Each
/// is rounded so that the sum of the first n is off by at most half of one.
///
/// Source: CompuServe, "Graphics Interchange Format, Version 89a", 1990; Netscape's looping extension.
public struct GIFWriter: Sendable {
  private let framesPerSecond: Double
  private var palette = Palette()
  private var patches: [GIFPatch] = []
  private var last: Picture?

  /// Creates a GIF without pictures.
  /// - Parameter framesPerSecond: above 0 and at most 50, since viewers slow down shorter delays.
  public init(framesPerSecond: Double) {
    precondition(
      framesPerSecond > 0 && framesPerSecond <= 50,
      "expected more than 0 and at most 50 frames per second, found \(framesPerSecond)")
    self.framesPerSecond = framesPerSecond
  }

  /// Appends a picture of the size of the previous ones.
  public mutating func append(_ picture: Picture) {
    patches.append(GIFPatch(picture, since: last, palette: &palette))
    last = picture
  }

  /// The content of a GIF file.
  /// - Throws: `RenderingError` with code `.encodingFailed`.
  public func data() throws(RenderingError) -> Data {
    guard let last, last.width <= UInt16.max, last.height <= UInt16.max else {
      throw RenderingError(
        .encodingFailed,
        last.map { "a GIF has at most 65535 pixels in each direction, not \($0.width) x \($0.height)" }
          ?? "a GIF without pictures can't be written")
    }
    var stream = try GIFStream(width: last.width, height: last.height, colors: palette.colors)
    for (index, patch) in patches.enumerated() {
      try stream.write(patch, delay: hundredths(at: index + 1) - hundredths(at: index))
    }
    return try stream.finish()
  }

  private func hundredths(at index: Int) -> Int {
    Int((Double(index) * 100 / framesPerSecond).rounded())
  }
}
