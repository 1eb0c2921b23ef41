import CTurboJPEG

/// Decodes JPEG files with libjpeg-turbo.
enum JPEGFile {
  static func picture(_ bytes: UnsafeRawBufferPointer) throws(PictureError) -> Picture {
    guard let decoder = tjInitDecompress() else { throw PictureError(.corrupt, "libjpeg-turbo does not start") }
    defer { tjDestroy(decoder) }
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var (width, height, subsampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    guard tjDecompressHeader3(decoder, start, UInt(bytes.count), &width, &height, &subsampling, &space) == 0 else {
      throw corrupt(decoder)
    }
    try Picture.check(width: Int(width), height: Int(height))
    let isGray = space == Int32(TJCS_GRAY.rawValue)
    let isCMYK = space == Int32(TJCS_CMYK.rawValue) || space == Int32(TJCS_YCCK.rawValue)
    let (format, channels) = isGray ? (TJPF_GRAY, 1) : isCMYK ? (TJPF_CMYK, 4) : (TJPF_RGB, 3)
    var pixels = [UInt8](repeating: 0, count: Int(width) * Int(height) * channels)
    let status = tjDecompress2(
      decoder, start, UInt(bytes.count), &pixels, width, 0, height, Int32(format.rawValue), 0)
    // To the library, a file that ends too early is worth a warning only. Unused bytes change no pixel.
    guard status == 0 || (isWarning(decoder) && reason(decoder).contains("extraneous bytes")) else {
      throw corrupt(decoder)
    }
    guard isCMYK else { return Picture(width: Int(width), height: Int(height), channels: channels, pixels: pixels) }
    return Picture(width: Int(width), height: Int(height), channels: 3, pixels: rgb(pixels))
  }

  /// Red, green and blue of inverted CMYK, as Adobe's programs store it.
  private static func rgb(_ pixels: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count / 4 * 3)
    for pixel in stride(from: 0, to: pixels.count, by: 4) {
      let black = Int(pixels[pixel + 3])
      for channel in 0..<3 { result.append(UInt8((Int(pixels[pixel + channel]) * black + 127) / 255)) }
    }
    return result
  }

  private static func isWarning(_ decoder: tjhandle) -> Bool {
    tjGetErrorCode(decoder) == Int32(TJERR_WARNING.rawValue)
  }

  private static func reason(_ decoder: tjhandle) -> String { String(cString: tjGetErrorStr2(decoder)) }

  private static func corrupt(_ decoder: tjhandle) -> PictureError {
    PictureError(.corrupt, "the JPEG file can't be decoded: \(reason(decoder))")
  }
}
