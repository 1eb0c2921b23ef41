/// The format of a picture's file, by its first bytes.
private enum Format {
  case png, jpeg, webp

  init?(_ bytes: UnsafeRawBufferPointer) {
    func starts(with signature: [UInt8], at offset: Int = 0) -> Bool {
      bytes.dropFirst(offset).starts(with: signature)
    }
    if starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if starts(with: Array("RIFF".utf8)), starts(with: Array("WEBP".utf8), at: 8) {
      self = .webp
    } else {
      return nil
    }
  }
}

extension Picture {
  /// The most pixels of a picture that is decoded, so that a small file can't take all memory.
  public static let mostPixels = 1 << 28

  /// Decodes a PNG, JPEG or WebP file.
  ///
  /// The result is grayscale if the file is, and red, green and blue otherwise. 16 bits are rounded to 8. Palettes are
  /// resolved. Transparent pixels are blended with the background. CMYK becomes RGB without a colour profile. The
  /// orientation that Exif data name is applied.
  ///
  /// - Parameters:
  ///   - bytes: the file's content.
  ///   - background: the gray behind transparent pixels, by default 255, white.
  /// - Throws: ``PictureError`` with code `.unsupportedFormat` or `.corrupt`.
  public init(decoding bytes: UnsafeRawBufferPointer, background: UInt8 = 255) throws(PictureError) {
    let picture: Picture
    let orientation: Orientation
    switch Format(bytes) {
    case .png: (picture, orientation) = (try PNGFile.picture(bytes, background), PNGFile.orientation(bytes))
    case .jpeg: (picture, orientation) = (try JPEGFile.picture(bytes), Orientation(exif: bytes))
    case .webp: (picture, orientation) = (try WebPFile.picture(bytes, background), WebPFile.orientation(bytes))
    case nil: throw PictureError(.unsupportedFormat, "expected a PNG, JPEG or WebP file, found other bytes")
    }
    self = orientation.upright(picture)
  }

  /// Checks a size before memory is taken for it.
  static func check(width: Int, height: Int) throws(PictureError) {
    let (count, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0 else { throw PictureError(.corrupt, "the picture has \(width) x \(height) pixels") }
    guard !overflow, count <= mostPixels else {
      throw PictureError(
        .unsupportedFormat, "the picture has \(width) x \(height) pixels, expected at most \(mostPixels)")
    }
  }

  /// A picture without the alpha channel, which is the last one: each pixel over a gray background.
  static func blended(width: Int, height: Int, channels: Int, _ pixels: [UInt8], over background: UInt8) -> Picture {
    let opaque = channels - 1
    var result = [UInt8](repeating: 0, count: width * height * opaque)
    for pixel in 0..<width * height {
      let alpha = Int(pixels[pixel * channels + opaque])
      for channel in 0..<opaque {
        let sum = Int(pixels[pixel * channels + channel]) * alpha + Int(background) * (255 - alpha)
        result[pixel * opaque + channel] = UInt8((sum + 127) / 255)
      }
    }
    return Picture(width: width, height: height, channels: opaque, pixels: result)
  }
}
