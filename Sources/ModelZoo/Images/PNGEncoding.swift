import CPNG
import Foundation

extension ImageGrid {
  /// The picture as the content of a PNG file.
  /// - Throws: `ImageError` with code `.encodingFailed`.
  public func pngData() throws(ImageError) -> Data {
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
      throw ImageError(
        code: .encodingFailed, message: "a picture of \(width) x \(height) pixels can't be encoded as PNG: \(reason)")
    }
    return data
  }
}
