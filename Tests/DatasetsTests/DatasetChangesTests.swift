import Datasets
import Foundation
import GraphIR
import Testing

/// Augmentation, and parts for training and validation.
@Suite struct DatasetChangesTests {
  private func changed(_ augmentation: Augmentation, _ samples: [Float], shape: [Int], seed: UInt64 = 1) -> [Float] {
    var (samples, stream) = (samples, RandomStream(seed: seed, name: "augment"))
    samples.withUnsafeMutableBufferPointer { augmentation.apply(to: $0, shape: shape, &stream) }
    return samples
  }

  @Test func halfOfThePicturesAreFlipped() {
    var augmentation = Augmentation()
    augmentation.flip = .horizontal
    let (picture, mirror): ([Float], [Float]) = ([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 6, 5, 8, 7])
    let count = 1000
    let result = changed(augmentation, (0..<count).flatMap { _ in picture }, shape: [2, 2, 2])
    let pictures: [[Float]] = (0..<count).map { Array(result[$0 * 8..<($0 + 1) * 8]) }
    #expect(Set(pictures) == [picture, mirror])
    // Four standard deviations, √250 each, around the mean of a binomial distribution.
    let flipped = pictures.count { $0 == mirror }
    #expect((437...563).contains(flipped))
  }

  @Test func picturesAreShiftedInAllDirections() {
    var augmentation = Augmentation()
    augmentation.crop = 1
    let picture: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    // Every shift by one pixel or none, with repeated edges.
    var expected: Set<[Float]> = []
    for down in -1...1 {
      for right in -1...1 {
        expected.insert(
          (0..<9).map { index in
            picture[min(max(index / 3 - down, 0), 2) * 3 + min(max(index % 3 - right, 0), 2)]
          })
      }
    }
    let result = changed(augmentation, (0..<300).flatMap { _ in picture }, shape: [1, 3, 3])
    let pictures: [[Float]] = (0..<300).map { Array(result[$0 * 9..<($0 + 1) * 9]) }
    #expect(Set(pictures) == expected)
  }

  @Test func drawsDoNotDependOnTheSettings() {
    var (flip, both) = (Augmentation(), Augmentation())
    flip.flip = .horizontal
    (both.flip, both.crop) = (.horizontal, 1)
    // Constant rows hide shifts.
    let picture: [Float] = [1, 1, 2, 2]
    let columns = (0..<200).flatMap { _ in picture }
    #expect(changed(flip, columns, shape: [1, 2, 2]) == columns)
    let wide: [Float] = (0..<200).flatMap { _ in [1, 1, 1, 2, 2, 2] as [Float] }
    let (a, b) = (changed(flip, wide, shape: [1, 1, 6]), changed(both, wide, shape: [1, 1, 6]))
    let isEqual = (0..<200).allSatisfy { sample in (a[sample * 6] == 1) == (b[sample * 6] == 1) }
    #expect(isEqual)
    #expect(Augmentation().isEmpty && changed(Augmentation(), wide, shape: [1, 1, 6]) == wide)
  }

  @Test(arguments: [(10, 0.0, 0), (10, 0.25, 2), (10, 0.05, 0), (1000, 0.1, 100)])
  func partsAreDisjointAndComplete(_ count: Int, _ share: Double, _ expected: Int) {
    struct Numbers: Dataset {
      let name = "numbers"
      let sampleShape = [1]
      let count: Int
      var fingerprint: DatasetFingerprint { DatasetFingerprint(shape: [count, 1], of: [Float(count)]) }
      var labels: ClassLabels? { ClassLabels(names: ["even", "odd"], rows: (0..<count).map { $0 % 2 }) }
      var targets: DatasetTargets? { DatasetTargets(shape: [1], values: (0..<count).map { Float($0) * 2 }) }
      func fill(_ rows: some Collection<Int>, into buffer: UnsafeMutableBufferPointer<Float>) {
        for (slot, row) in rows.enumerated() { buffer[slot] = Float(row) }
      }
    }
    let whole = Numbers(count: count)
    let (training, validation) = DatasetPart.split(whole, validation: share)
    #expect(validation?.count ?? 0 == expected && training.count == count - expected)
    let (a, b) = (training.samples(0..<training.count), validation.map { $0.samples(0..<$0.count) } ?? [])
    let numbers: [Float] = (0..<count).map { Float($0) }
    #expect((a + b).sorted() == numbers)
    let parities: [[Int]] = [a, b].map { part in part.map { Int($0) % 2 } }
    #expect(training.labels?.rows == parities[0])
    #expect(validation?.labels?.rows ?? [] == parities[1])
    let doubles: [Float] = a.map { $0 * 2 }
    #expect(training.targets?.values == doubles)
    #expect(training.fingerprint == whole.fingerprint)
    let again = DatasetPart.split(whole, validation: share)
    #expect(again.training.samples(0..<training.count) == a)
  }

  @Test func settingsComeBackFromJSON() throws {
    var images = ImageFolderSettings(height: 32, width: 48)
    images.skipBroken = true
    var arrays = ArraySettings()
    (arrays.range, arrays.window) = (.bounds(-1, 2), 5)
    var augmented = DatasetSettings(.named("cifar-10"))
    augmented.augment.flip = .horizontal
    let all: [DatasetSettings] = [
      .init(.named("cifar-10")), .init(.images("a b", images)), .init(.arrays("x.npz", arrays)),
      .init(.idx("i", labels: "l")), augmented,
    ]
    for settings in all {
      #expect(try JSONDecoder().decode(DatasetSettings.self, from: JSONEncoder().encode(settings)) == settings)
    }
    // The form of earlier versions, which read it, too.
    #expect(try String(decoding: JSONEncoder().encode([all[0]]), as: UTF8.self) == "[\"cifar-10\"]")
  }
}
