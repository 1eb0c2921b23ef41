import CPNG
import Foundation

extension Picture {
  /// The picture as the content of a PNG file.
  /// - Throws: `RenderingError` with code `.encodingFailed`.
  public func pngData() throws(RenderingError) -> Data {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = channels == 3 ? PNG_FORMAT_RGB : png_uint_32(PNG_FORMAT_GRAY)
    defer { png_image_free(&image) }

    // A first pass without memory tells the size.
    var size: png_alloc_size_t = 0
    var encoded = png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0
    var data = Data(count: Int(size))
    if encoded {
      encoded = data.withUnsafeMutableBytes {
        png_image_write_to_memory(&image, $0.baseAddress, &size, 0, pixels, 0, nil) != 0
      }
    }
    guard encoded else {
      let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw RenderingError(
        .encodingFailed, "a picture of \(width) x \(height) pixels can't be encoded as PNG: \(reason)")
    }
    return data
  }

  /// Writes the picture as a PNG file; the file appears whole or not at all.
  /// - Throws: `RenderingError` with code `.encodingFailed` or `.writeFailed`.
  public func write(to url: URL) throws(RenderingError) {
    try pngData().writeWhole(to: url)
  }
}

extension Data {
  /// Writes to a temporary file beside, which then takes the name: what was there stays where that fails.
  func writeWhole(to url: URL) throws(RenderingError) {
    do {
      try write(to: url, options: .atomic)
    } catch {
      throw RenderingError(
        .writeFailed,
        "\(url.path): the picture can't be written; does its folder exist, may it be written to, is the disk full? "
          + error.localizedDescription)
    }
  }
}
