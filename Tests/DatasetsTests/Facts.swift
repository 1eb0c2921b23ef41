import Foundation

/// The content of `datasets.json`, made by `make_datasets.py` with NumPy.
struct Facts: Decodable {
  /// What NumPy finds in one part of Fashion-MNIST.
  struct Split: Decodable {
    let count: Int
    let crc32: UInt32
    let mean: Double
    let std: Double
    let labelCounts: [Int]
  }

  struct Permutation: Decodable {
    let count: Int
    let key: UInt64
    let epoch: Int
    let order: [Int]
  }

  let train: Split
  let test: Split
  /// The float32 bits of each byte, scaled as torchvision does it.
  let scaledBits: [UInt32]
  let permutations: [Permutation]

  static func load() throws -> Facts {
    let url = URL(filePath: #filePath).appending(path: "../../Fixtures/datasets.json").standardized
    return try JSONDecoder().decode(Facts.self, from: Data(contentsOf: url))
  }
}
