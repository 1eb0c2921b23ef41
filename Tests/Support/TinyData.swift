import Foundation

/// Files in the formats of Fashion-MNIST and CIFAR-10 with few images of a moving square.
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
