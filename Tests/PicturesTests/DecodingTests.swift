import Foundation
import Pictures
import Testing

/// Picture files of all kinds, with the pixels that Pillow decodes.
@Suite struct DecodingTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let file: Data
    let shape: [Int]
    let pixels: Data
    var testDescription: String { name }
  }

  struct Resized: Decodable, Sendable, CustomTestStringConvertible {
    let shape: [Int]
    let pixels: Data
    let width, height: Int
    let fit, crop: Data
    var testDescription: String { "\(shape) to \(width) x \(height)" }
  }

  private struct Fixture: Decodable {
    let files: [Case]
    let resized: [Resized]
  }

  private static let fixture = Result {
    try JSONDecoder().decode(Fixture.self, from: Data(PackageResources.pictures_json))
  }
  static let cases = (try? fixture.get())?.files ?? []
  static let resized = (try? fixture.get())?.resized ?? []

  private static func decoded(_ data: Data, background: UInt8 = 255) throws -> Picture {
    try data.withUnsafeBytes { try Picture(decoding: $0, background: background) }
  }

  /// The largest difference of two pixels.
  private static func distance(_ picture: Picture, _ pixels: Data) -> Int {
    zip(picture.pixels, pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }

  @Test func fixtureIsComplete() {
    #expect(Self.cases.count == 42)
    #expect(Self.resized.count == 14)
  }

  @Test(arguments: cases) func pixels(_ test: Case) throws {
    let picture = try Self.decoded(test.file)
    try #require([picture.height, picture.width, picture.channels] == test.shape)
    // Other versions of libjpeg-turbo and Adobe's CMYK round in other places.
    #expect(Self.distance(picture, test.pixels) <= (test.name.hasPrefix("jpeg") ? 1 : 0))
  }

  @Test(arguments: cases) func truncatedFilesAreErrors(_ test: Case) {
    for share in [0.02, 0.3, 0.6] {
      let part = test.file.prefix(Int(Double(test.file.count) * share))
      let error = #expect(throws: PictureError.self) { try Self.decoded(Data(part)) }
      #expect(error.map { [.corrupt, .unsupportedFormat].contains($0.code) } == true)
    }
  }

  @Test func backgroundIsChosen() throws {
    let test = try #require(Self.cases.first { $0.name == "png rgba" })
    let (white, black) = (try Self.decoded(test.file), try Self.decoded(test.file, background: 0))
    #expect(white != black)
    #expect(zip(white.pixels, black.pixels).allSatisfy { $0 >= $1 })
  }

  @Test(arguments: [[], [0x89], Array("GIF89a....".utf8), Array("RIFF....WAVE".utf8)] as [[UInt8]])
  func otherBytesAreErrors(_ bytes: [UInt8]) {
    let error = #expect(throws: PictureError.self) { try Self.decoded(Data(bytes)) }
    #expect(error?.code == .unsupportedFormat)
    #expect(error?.description.contains("expected a PNG, JPEG or WebP file") == true)
  }

  @Test func hugeSizesAreErrors() throws {
    // A valid header for 60,000 x 60,000 pixels: the size of the frame is at the marker C0 of JPEG.
    var bytes = [UInt8](try #require(Self.cases.first { $0.name == "jpeg gray" }).file)
    let frame = try #require(bytes.indices.first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xEA, 0x60, 0xEA, 0x60])
    let error = #expect(throws: PictureError.self) { try Self.decoded(Data(bytes)) }
    #expect(error?.description.contains("60000 x 60000") == true)
  }

  @Test(arguments: resized) func resizing(_ test: Resized) throws {
    let picture = Picture(
      width: test.shape[1], height: test.shape[0], channels: test.shape[2], pixels: Array(test.pixels))
    for (resizing, expected) in [(Picture.Resizing.crop, test.crop), (.fit, test.fit)] {
      let result = picture.resized(width: test.width, height: test.height, resizing, background: 0)
      try #require(result.pixels.count == expected.count)
      #expect((result.width, result.height, result.channels) == (test.width, test.height, test.shape[2]))
      // Pillow computes in integers.
      #expect(Self.distance(result, expected) <= 1, "\(resizing)")
    }
  }

  @Test func channelsAreConverted() {
    let color = Picture(width: 2, height: 1, channels: 3, pixels: [255, 0, 0, 0, 255, 255])
    // 0.299 red + 0.587 green + 0.114 blue.
    #expect(color.converted(channels: 1).pixels == [76, 179])
    #expect(color.converted(channels: 1).converted(channels: 3).pixels == [76, 76, 76, 179, 179, 179])
  }
}
