import Foundation
import Pictures
import Rendering
import Testing

@Suite("GIF and pictures")
struct GIFTests {
  private func encoded(_ pictures: [Picture], framesPerSecond: Double = 15) throws -> DecodedGIF {
    var writer = GIFWriter(framesPerSecond: framesPerSecond)
    pictures.forEach { writer.append($0) }
    return try DecodedGIF(writer.data())
  }

  private func plain(_ width: Int, _ height: Int, _ pixels: [UInt8]? = nil) -> Picture {
    Picture(width: width, height: height, channels: 1, pixels: pixels ?? [UInt8](repeating: 0, count: width * height))
  }

  @Test("A palette's length is a power of two", arguments: [(1, 2), (2, 2), (3, 4), (5, 8), (129, 256), (256, 256)])
  func paletteLength(_ colors: Int, _ length: Int) throws {
    let bytes = (0..<colors).map { UInt8($0) }
    let decoded = try encoded([plain(colors, 1, bytes)])
    #expect(decoded.colorCount == length)
    #expect(decoded.frames[0].pixels == bytes.flatMap { [$0, $0, $0] })
  }

  @Test("Beyond 256 colours, the nearest ones replace the rest")
  func manyColors() throws {
    let levels = (0..<17).map { UInt8($0 * 15) }
    var pixels: [UInt8] = []
    for green in levels {
      for red in levels {
        pixels += [red, green, 0]
      }
    }
    let picture = Picture(width: 17, height: 17, channels: 3, pixels: pixels)
    let decoded = try encoded([picture]).frames[0]
    #expect(decoded.pixels.prefix(256 * 3) == picture.pixels.prefix(256 * 3))
    // The last two rows have one pixel; the row before them has every red.
    let differences = zip(decoded.pixels, picture.pixels).map { abs(Int($0) - Int($1)) }
    #expect(differences.max() == 30)
  }

  @Test("Only the rectangle that changes is written; a picture equal to the previous one is a pixel")
  func patches() throws {
    var bytes = [UInt8](repeating: 9, count: 12 * 10)
    let first = plain(12, 10, bytes)
    bytes[3 * 12 + 4] = 1
    bytes[7 * 12 + 2] = 2
    bytes[5 * 12 + 9] = 3
    let second = plain(12, 10, bytes)
    bytes[119] = 0
    let third = plain(12, 10, bytes)
    let decoded = try encoded([first, second, second, third, first])
    // Rows 3 to 7, columns 2 to 9; then also the lower right corner.
    #expect(decoded.areas == [120, 5 * 8, 1, 1, 7 * 10])
    let expected = [first, second, second, third, first].map { $0.pixels.flatMap { [$0, $0, $0] } }
    #expect(decoded.frames.map(\.pixels) == expected)
  }

  @Test("Rounding errors of delays do not accumulate")
  func delays() throws {
    let pictures = [Picture](repeating: plain(2, 2), count: 7)
    #expect(try encoded(pictures).delays == [7, 6, 7, 7, 6, 7, 7])
    #expect(try encoded(pictures, framesPerSecond: 30).delays == [3, 4, 3, 3, 4, 3, 3])
    #expect(try encoded(pictures, framesPerSecond: 50).delays == [2, 2, 2, 2, 2, 2, 2])
  }

  @Test("No picture, and one that is too wide, are errors")
  func errors() {
    var writer = GIFWriter(framesPerSecond: 10)
    let none = #expect(throws: RenderingError.self) { try writer.data() }
    #expect(none?.code == .encodingFailed)
    writer.append(plain(65536, 1))
    let error = #expect(throws: RenderingError.self) { try writer.data() }
    #expect(error?.code == .encodingFailed)
    #expect(error?.description.contains("65536 x 1") == true)
  }

  @Test("A reduced picture has the means of squares")
  func reduced() {
    let picture = Picture(
      width: 4, height: 2, channels: 3,
      pixels: [
        0, 10, 255, 0, 10, 255, 1, 0, 7, 2, 0, 7,
        0, 20, 255, 1, 20, 255, 3, 0, 7, 4, 1, 7,
      ])
    // 0.25, 15, 255 and 2.5, 0.25, 7, rounded to the nearest integers.
    #expect(picture.reduced(by: 2) == Picture(width: 2, height: 1, channels: 3, pixels: [0, 15, 255, 3, 0, 7]))
    #expect(picture.reduced(by: 1) == picture)
  }

  @Test("Tiles lie in rows on their background")
  func tiles() {
    let tiles = (1...3).map { plain(2, 1, [UInt8($0), UInt8($0 + 10)]) }
    let grid = Picture(tiles: tiles, columns: 2, padding: 1, background: 99)
    #expect(
      grid
        == plain(
          7, 5,
          [
            99, 99, 99, 99, 99, 99, 99,
            99, 1, 11, 99, 2, 12, 99,
            99, 99, 99, 99, 99, 99, 99,
            99, 3, 13, 99, 99, 99, 99,
            99, 99, 99, 99, 99, 99, 99,
          ]))
  }
}
