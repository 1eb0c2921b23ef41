import CWebP

/// Decodes WebP files with libwebp.
enum WebPFile {
  static func picture(_ bytes: UnsafeRawBufferPointer, _ background: UInt8) throws(PictureError) -> Picture {
    let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    var features = WebPBitstreamFeatures()
    guard WebPGetFeatures(start, bytes.count, &features) == VP8_STATUS_OK else {
      throw PictureError(.corrupt, "the WebP file's header can't be read")
    }
    guard features.has_animation == 0 else {
      throw PictureError(.unsupportedFormat, "the WebP file is an animation, expected one picture")
    }
    let (width, height) = (Int(features.width), Int(features.height))
    try Picture.check(width: width, height: height)
    let hasAlpha = features.has_alpha != 0
    let channels = hasAlpha ? 4 : 3
    var pixels = [UInt8](repeating: 0, count: width * height * channels)
    let decode = hasAlpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto
    guard decode(start, bytes.count, &pixels, pixels.count, Int32(width * channels)) != nil else {
      throw PictureError(.corrupt, "the WebP file can't be decoded; it may end too early")
    }
    return hasAlpha
      ? Picture.blended(width: width, height: height, channels: channels, pixels, over: background)
      : Picture(width: width, height: height, channels: channels, pixels: pixels)
  }

  /// The orientation of the chunk `EXIF`.
  static func orientation(_ bytes: UnsafeRawBufferPointer) -> Orientation {
    var data = WebPData(bytes: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), size: bytes.count)
    guard let demuxer = WebPDemux(&data) else { return .upright }
    defer { WebPDemuxDelete(demuxer) }
    var chunk = WebPChunkIterator()
    guard WebPDemuxGetChunk(demuxer, "EXIF", 1, &chunk) != 0 else { return .upright }
    defer { WebPDemuxReleaseChunkIterator(&chunk) }
    return Orientation(tiff: UnsafeRawBufferPointer(start: chunk.chunk.bytes, count: chunk.chunk.size))
  }
}
