import Foundation
import Pictures

/// Files in the formats of Fashion-MNIST and CIFAR-10 with few images of a moving square, some pictures, and a series.
public enum TinyData {
  /// Writes all files, with the same bytes for the same number of images.
  public static func write(to folder: URL, images: Int) throws {
    for split in ["train", "t10k"] {
      var pixels = Data()
      for index in 0..<images {
        for row in 0..<28 {
          for column in 0..<28 {
            let isInside = abs(row - 6 - index % 16) < 5 && abs(column - 6 - index * 7 % 16) < 5
            pixels.append(isInside ? UInt8(128 + index * 37 % 128) : UInt8((row + column) % 16))
          }
        }
      }
      let labels = Data((0..<images).map { UInt8($0 % 10) })
      try file(0x803, [images, 28, 28], pixels).write(to: folder.appending(path: "\(split)-images-idx3-ubyte"))
      try file(0x801, [images], labels).write(to: folder.appending(path: "\(split)-labels-idx1-ubyte"))
    }
    try writeColours(to: folder, images: images)
    try writePictures(to: folder.appending(path: "pictures"))
    try writeSeries(to: folder.appending(path: "series.npy"))
  }

  /// Eight pictures of 8 x 8 pixels.
  private static func writePictures(to folder: URL) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for index in 0..<8 {
      let pixels = (0..<8 * 8 * 3).map { UInt8(($0 * (index + 3) + index * 29) % 256) }
      try Picture(width: 8, height: 8, channels: 3, pixels: pixels).write(to: folder.appending(path: "\(index).png"))
    }
  }

  /// A series of 200 steps and one channel, float32.
  private static func writeSeries(to file: URL) throws {
    let header = "{'descr': '<f4', 'fortran_order': False, 'shape': (200, 1), }"
    var data = Data([0x93] + Array("NUMPY".utf8) + [1, 0, 118, 0])
    data += Data(header.padding(toLength: 117, withPad: " ", startingAt: 0).utf8) + Data("\n".utf8)
    for step in 0..<200 {
      withUnsafeBytes(of: (Float(step % 17) - Float(step % 5)).bitPattern.littleEndian) { data.append(contentsOf: $0) }
    }
    try data.write(to: file)
  }

  /// The six binary files of CIFAR-10, a fifth of the images in each.
  private static func writeColours(to folder: URL, images: Int) throws {
    for name in (1...5).map({ "data_batch_\($0)" }) + ["test_batch"] {
      var records = Data()
      for index in 0..<(images + 4) / 5 {
        records.append(UInt8(index % 10))
        for channel in 0..<3 {
          for pixel in 0..<1024 {
            let isInside = abs(pixel / 32 - 6 - index % 20) < 5 && abs(pixel % 32 - 6 - index * 7 % 20) < 5
            records.append(isInside ? UInt8(100 + (50 * channel + index * 37) % 150) : UInt8(pixel % 16))
          }
        }
      }
      try records.write(to: folder.appending(path: "\(name).bin"))
    }
  }

  /// Magic number, extents (both big-endian), bytes.
  private static func file(_ magic: UInt32, _ extents: [Int], _ bytes: Data) -> Data {
    ([magic] + extents.map(UInt32.init)).reduce(into: Data()) { data, word in
      withUnsafeBytes(of: word.bigEndian) { data.append(contentsOf: $0) }
    } + bytes
  }
}
