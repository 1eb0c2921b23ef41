import CEXIF

/// The place of the stored first row and first column in the upright picture. Source: Exif 2.32, tag 0x0112.
enum Orientation: Int, CaseIterable {
  case upright = 1
  case mirrored, rotated180, flipped, transposed, rotatedRight, transversed, rotatedLeft

  /// The orientation in a JPEG file, or in a block that begins with `Exif`. Upright if there is none.
  init(exif bytes: UnsafeRawBufferPointer) {
    self = .upright
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard let data = exif_data_new_from_data(start, UInt32(clamping: bytes.count)) else { return }
    defer { exif_data_unref(data) }
    // The directory of the picture itself is the first one.
    guard let entry = exif_content_get_entry(data.pointee.ifd.0, EXIF_TAG_ORIENTATION),
      entry.pointee.format == EXIF_FORMAT_SHORT, entry.pointee.size >= 2
    else { return }
    let number = exif_get_short(entry.pointee.data, exif_data_get_byte_order(data))
    self = Orientation(rawValue: Int(number)) ?? .upright
  }

  /// The orientation in Exif data as PNG and WebP hold them, with or without the `Exif` of JPEG in front.
  init(tiff bytes: UnsafeRawBufferPointer) {
    let prefix = Array("Exif".utf8) + [0, 0]
    let block = bytes.starts(with: prefix) ? Array(bytes) : prefix + bytes
    self = block.withUnsafeBytes { Orientation(exif: $0) }
  }

  /// The picture as it is to be shown.
  func upright(_ picture: Picture) -> Picture {
    if self == .upright { return picture }
    let isTransposed = rawValue >= Orientation.transposed.rawValue
    let (width, height) = (picture.width, picture.height)
    let (newWidth, newHeight) = isTransposed ? (height, width) : (width, height)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(picture.pixels.count)
    for row in 0..<newHeight {
      for column in 0..<newWidth {
        let (y, x) =
          switch self {
          case .upright: (row, column)
          case .mirrored: (row, width - 1 - column)
          case .rotated180: (height - 1 - row, width - 1 - column)
          case .flipped: (height - 1 - row, column)
          case .transposed: (column, row)
          case .rotatedRight: (height - 1 - column, row)
          case .transversed: (height - 1 - column, width - 1 - row)
          case .rotatedLeft: (column, width - 1 - row)
          }
        let start = (y * width + x) * picture.channels
        pixels += picture.pixels[start..<start + picture.channels]
      }
    }
    return Picture(width: newWidth, height: newHeight, channels: picture.channels, pixels: pixels)
  }
}
