import CGIF
import Foundation
import Pictures
import Rendering
import Testing

/// A GIF file, read by giflib.
struct DecodedGIF {
  let colorCount: Int
  /// The pictures that a viewer shows.
  private(set) var frames: [Picture] = []
  /// The rectangle of each picture in the file, in pixels.
  private(set) var areas: [Int] = []
  /// The delays, in hundredths of a second.
  private(set) var delays: [Int] = []
  /// The bytes of the looping extension; `nil` if there is none.
  private(set) var loop: [UInt8]?

  init(_ data: Data) throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "zoo-\(UUID().uuidString).gif")
    try data.write(to: url)
    defer { try? FileManager.default.removeItem(at: url) }
    let file = try #require(DGifOpenFileName(url.path, nil))
    defer { DGifCloseFile(file, nil) }
    try #require(DGifSlurp(file) == GIF_OK)

    let (width, height) = (Int(file.pointee.SWidth), Int(file.pointee.SHeight))
    let map = try #require(file.pointee.SColorMap).pointee
    colorCount = Int(map.ColorCount)
    var pixels = [UInt8](repeating: 7, count: width * height * 3)
    for index in 0..<Int(file.pointee.ImageCount) {
      let image = file.pointee.SavedImages[index]
      let area = image.ImageDesc
      #expect(area.ColorMap == nil)
      for y in 0..<Int(area.Height) {
        for x in 0..<Int(area.Width) {
          let color = map.Colors[Int(image.RasterBits[y * Int(area.Width) + x])]
          let start = ((Int(area.Top) + y) * width + Int(area.Left) + x) * 3
          pixels.replaceSubrange(start..<start + 3, with: [color.Red, color.Green, color.Blue])
        }
      }
      frames.append(Picture(width: width, height: height, channels: 3, pixels: pixels))
      areas.append(Int(area.Width * area.Height))

      var control = GraphicsControlBlock()
      try #require(DGifSavedExtensionToGCB(file, Int32(index), &control) == GIF_OK)
      #expect(control.DisposalMode == DISPOSE_DO_NOT && control.TransparentColor == NO_TRANSPARENT_COLOR)
      delays.append(Int(control.DelayTime))

      let blocks = UnsafeBufferPointer(start: image.ExtensionBlocks, count: Int(image.ExtensionBlockCount))
        .map { Array(UnsafeBufferPointer(start: $0.Bytes, count: Int($0.ByteCount))) }
      if let name = blocks.firstIndex(of: Array("NETSCAPE2.0".utf8)) {
        #expect(index == 0)
        loop = blocks[name + 1]
      }
    }
  }
}
