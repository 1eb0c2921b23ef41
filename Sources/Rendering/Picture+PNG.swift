import CPNG
import FileOutput
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
      let reason = withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      throw RenderingError(
        .encodingFailed, "a picture of \(width) x \(height) pixels can't be encoded as PNG: \(reason)")
    }
    return data
  }

  /// Writes the picture as a PNG file; the file appears whole or not at all.
  /// - Throws: `RenderingError` with code `.unsupportedFormat`, `.encodingFailed` or `.writeFailed`.
  public func write(to url: URL) throws(RenderingError) {
    try OutputFile.at(url, endings: ["png"]).writing(pngData())
  }
}

extension OutputFile {
  /// - Throws: `RenderingError` with code `.unsupportedFormat` or `.writeFailed`.
  static func at(_ url: URL, endings: [String]) throws(RenderingError) -> OutputFile {
    do throws(OutputError) { return try OutputFile(url, endings: endings) } catch {
      throw RenderingError(error.code == .wrongEnding ? .unsupportedFormat : .writeFailed, error.message)
    }
  }

  /// - Throws: `RenderingError` with code `.writeFailed`.
  func writing(_ data: Data) throws(RenderingError) {
    do throws(OutputError) { try write(data) } catch { throw RenderingError(.writeFailed, error.message) }
  }
}
