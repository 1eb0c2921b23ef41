import CPNG

/// Decodes PNG files with libpng's simplified interface.
enum PNGFile {
  static func picture(_ bytes: UnsafeRawBufferPointer, _ background: UInt8) throws(PictureError) -> Picture {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else { throw corrupt(image) }
    let (width, height) = (Int(image.width), Int(image.height))
    try Picture.check(width: width, height: height)
    // Without a chunk that says otherwise, 16 bits are scaled like 8.
    image.flags |= png_uint_32(PNG_IMAGE_FLAG_16BIT_sRGB)
    let isColor = image.format & png_uint_32(PNG_FORMAT_FLAG_COLOR) != 0
    let hasAlpha = image.format & png_uint_32(PNG_FORMAT_FLAG_ALPHA) != 0
    image.format = png_uint_32(isColor ? PNG_FORMAT_FLAG_COLOR : 0) | png_uint_32(hasAlpha ? PNG_FORMAT_FLAG_ALPHA : 0)
    let channels = (isColor ? 3 : 1) + (hasAlpha ? 1 : 0)
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    guard png_image_finish_read(&image, nil, &pixels, 0, nil) != 0 else { throw corrupt(image) }
    return hasAlpha
      ? Picture.blended(width: width, height: height, channels: channels, pixels, over: background)
      : Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  private static func corrupt(_ image: png_image) -> PictureError {
    PictureError(.corrupt, "the PNG file can't be decoded: \(image.reason)")
  }

  /// The orientation of the chunk `eXIf`. Source: PNG 3rd edition, 11.3.4.5.
  static func orientation(_ bytes: UnsafeRawBufferPointer) -> Orientation {
    // A chunk has a length, a name, its data and a checksum. The first one follows the signature of 8 bytes.
    var position = 8
    while position + 12 <= bytes.count {
      let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
      let data = position + 8
      guard length <= bytes.count - data - 4 else { break }
      if bytes[position + 4..<data].elementsEqual("eXIf".utf8) {
        return Orientation(tiff: UnsafeRawBufferPointer(rebasing: bytes[data..<data + length]))
      }
      position = data + length + 4
    }
    return .upright
  }
}
