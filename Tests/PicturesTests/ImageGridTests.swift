import Foundation
import FileOutput
import Pictures
import Testing

@Suite("Image grids")
struct ImageGridTests {
  /// The float of a byte.
  private func value(_ byte: Int) -> Float { Float(byte) / 127.5 - 1 }

  @Test(
    "Every pixel of the file is the image's or padding",
    arguments: [[7, 3, 5], [7, 1, 3, 5], [4, 3, 3, 5], [1, 3, 2, 2]])
  func layout(_ shape: [Int]) throws {
    let channels = shape.count == 4 ? shape[1] : 1
    let (count, tileHeight, tileWidth) = (shape[0], shape[shape.count - 2], shape[shape.count - 1])
    let bytes = (0..<shape.reduce(1, *)).map { $0 * 37 % 255 + 1 }
    let decoded = try DecodedPNG(Picture(images: bytes.map(value), shape: shape).pngData())

    let columns = [1: 1, 4: 2, 7: 3][count] ?? 0
    let rows = [1: 1, 4: 2, 7: 3][count] ?? 0
    #expect(decoded.channels == channels)
    #expect(decoded.width == 2 + columns * (tileWidth + 2))
    #expect(decoded.height == 2 + rows * (tileHeight + 2))
    var expected = [UInt8](repeating: 0, count: decoded.width * decoded.height * channels)
    for y in 0..<decoded.height {
      for x in 0..<decoded.width {
        // The tile, and the position in it; padding comes before a tile.
        let (row, tileY) = (y / (tileHeight + 2), y % (tileHeight + 2) - 2)
        let (column, tileX) = (x / (tileWidth + 2), x % (tileWidth + 2) - 2)
        let tile = row * columns + column
        guard tileX >= 0, tileY >= 0, tile < count else { continue }
        for channel in 0..<channels {
          let index = ((tile * channels + channel) * tileHeight + tileY) * tileWidth + tileX
          expected[(y * decoded.width + x) * channels + channel] = UInt8(bytes[index])
        }
      }
    }
    #expect(decoded.pixels == expected)
  }

  @Test("Values are rounded to the nearest byte and clipped")
  func rounding() throws {
    let values: [Float] = [-1, 1, 0, -7, 7, .nan, .infinity, -.infinity, value(100) + 0.003, value(100) + 0.005]
    let grid = try Picture(images: values, shape: [1, 1, values.count], padding: 0)
    #expect(try DecodedPNG(grid.pngData()).pixels == [0, 255, 128, 0, 255, 0, 255, 0, 100, 101])
  }

  @Test("Fewer images than columns add no empty column")
  func columns() throws {
    let grid = try Picture(images: [0, 0, 0], shape: [3, 1, 1], columns: 8, padding: 1)
    #expect((grid.width, grid.height) == (7, 3))
  }

  @Test(
    "Shapes that are not images are errors",
    arguments: [[], [4], [2, 2], [1, 2, 4, 4], [0, 4, 4], [1, 1, 1, 1, 1]])
  func shapes(_ shape: [Int]) {
    let error = #expect(throws: PictureError.self) { try Picture(images: [], shape: shape) }
    #expect(error?.code == .unsupportedShape)
    #expect(error?.description.contains("found \(shape)") == true)
  }

  @Test("A file is replaced as a whole; a missing folder is an error with its path")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-images-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let grid = try Picture(images: [-1, 0, 1, 0], shape: [1, 2, 2])
    let url = folder.appending(path: "grid.png")
    try Data(repeating: 7, count: 100_000).write(to: url)
    try grid.write(to: url)
    #expect(try Data(contentsOf: url) == grid.pngData())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["grid.png"])

    let error = #expect(throws: OutputError.self) { try grid.write(to: folder.appending(path: "missing/grid.png")) }
    #expect(error?.code == .missingFolder)
    #expect(error?.description.contains("missing/grid.png") == true)
    #expect(error?.description.contains("NSCocoaErrorDomain") == false)
  }

  @Test("A picture wider than libpng's limit is an error with libpng's reason")
  func encoding() throws {
    let width = 1_000_001
    let grid = try Picture(images: [Float](repeating: 0, count: width), shape: [1, 1, width], padding: 0)
    let error = #expect(throws: PictureError.self) { try grid.pngData() }
    #expect(error?.code == .encodingFailed)
    #expect(error?.description.contains("1000001 x 1 pixels") == true)
    #expect(error?.description.contains("IHDR") == true)
  }
}
