import CPNG
import FileOutput
import Foundation

extension Picture {
  /// The picture as the content of a PNG file.
  /// - Throws: ``PictureError`` with code `.encodingFailed`.
  public func pngData() throws(PictureError) -> Data {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.width = png_uint_32(width)
    image.height = png_uint_32(height)
    image.format = channels == 3 ? PNG_FORMAT_RGB : png_uint_32(PNG_FORMAT_GRAY)
    defer { png_image_free(&image) }

    // A first pass without memory determines the size.
    var size: png_alloc_size_t = 0
    var encoded = png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0
    var data = Data(count: Int(size))
    if encoded {
      encoded = data.withUnsafeMutableBytes {
        png_image_write_to_memory(&image, $0.baseAddress, &size, 0, pixels, 0, nil) != 0
      }
    }
    guard encoded else {
      throw PictureError(
        .encodingFailed, "\(width) x \(height) pixels can't be encoded as PNG: \(image.reason)")
    }
    return data
  }

  /// Writes the picture as a PNG file; the file appears whole or not at all.
  ///
  /// - Throws: `OutputError` if the name does not end in `.png` or the file can't be written, `PictureError` with code
  ///   `.encodingFailed`.
  public func write(to url: URL) throws {
    try OutputFile(url, endings: ["png"]).write(pngData())
  }
}

extension png_image {
  /// libpng's message about its last error.
  var reason: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
