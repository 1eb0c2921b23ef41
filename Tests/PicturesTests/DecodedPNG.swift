import CPNG
import Foundation
import Testing

/// A PNG file, read by libpng, [height, width, channels].
struct DecodedPNG {
  let width: Int
  let height: Int
  let channels: Int
  let pixels: [UInt8]

  init(_ data: Data) throws {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    let bytes = [UInt8](data)
    try #require(png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0)
    channels = image.format & PNG_FORMAT_FLAG_COLOR != 0 ? 3 : 1
    #expect(image.format & png_uint_32(PNG_FORMAT_FLAG_ALPHA) == 0)
    (width, height) = (Int(image.width), Int(image.height))
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
    self.pixels = pixels
  }
}
