import Foundation
import GraphIR
import Synchronization
import Testing

@testable import ONNXFormat

/// Another program exchanges files while a model is read.
@Suite struct ExternalDataRaceTests {
  private static let numbers: [Float] = [1, 2, 3, 4, 5, 6]
  private static let secret = [Float](repeating: 7, count: 6)

  private final class Flag: Sendable { let isSet = Atomic(false) }

  private func write(_ numbers: [Float], to file: URL) throws {
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try numbers.withUnsafeBytes { try Data($0).write(to: file) }
  }

  /// Takes turns between the file or folder at `path` and a link to `target`, until `flag` is set.
  private static func exchange(_ path: String, forLinkTo target: String, until flag: Flag) {
    let (aside, link) = ("\(path).aside", "\(path).link")
    symlink(target, link)
    while !flag.isSet.load(ordering: .relaxed) {
      rename(path, aside)
      rename(link, path)
      rename(path, link)
      rename(aside, path)
    }
  }

  @Test(arguments: ["weights.bin", ""]) func aLinkIsFollowedAtNoMoment(_ part: String) throws {
    try withTemporaryFolder { folder in
      let (inside, outside) = (folder.appending(path: "inside"), folder.appending(path: "outside"))
      try write(Self.numbers, to: inside.appending(path: "weights.bin"))
      try write(Self.secret, to: outside.appending(path: "weights.bin"))
      var tensor = WireMessage.tensor("w", [2, 3], .int(14, 1))
      tensor.fields.append(.message(13, [.text(1, "location"), .text(2, "inside/weights.bin")]))
      let file = folder.appending(path: "model.onnx")
      try WireMessage.model(.graph([.node("Add", ["x", "w"])], initializers: [tensor])).data.write(to: file)

      let flag = Flag()
      let group = DispatchGroup()
      let (path, target) = (inside.path + (part.isEmpty ? "" : "/" + part), outside.appending(path: part).path)
      DispatchQueue.global().async(group: group) { Self.exchange(path, forLinkTo: target, until: flag) }
      let expected = TensorValue(Self.numbers, shape: [2, 3])
      let end = ContinuousClock.now + .milliseconds(500)
      while ContinuousClock.now < end {
        do {
          #expect(try ONNXImporter().read(file).parameters["w"] == expected)
        } catch let error as ONNXError {
          #expect(error.code == .externalData)
        }
      }
      flag.isSet.store(true, ordering: .relaxed)
      group.wait()
      #expect(try ONNXImporter().read(file).parameters["w"] == expected)
    }
  }

  @Test func theFileThatWasCheckedIsTheOneThatIsRead() throws {
    try withTemporaryFolder { folder in
      let (file, secret) = (folder.appending(path: "weights.bin"), folder.appending(path: "secret"))
      try write(Self.numbers, to: file)
      try write(Self.secret, to: secret)
      let opened = try #require(
        FileFolder(folder.path).flatMap { InputFile("weights.bin", in: $0, followsLink: false) })
      try FileManager.default.removeItem(at: file)
      try FileManager.default.createSymbolicLink(at: file, withDestinationURL: secret)
      var found = [Float](repeating: 0, count: Self.numbers.count)
      #expect(found.withUnsafeMutableBytes { opened.read(into: $0, at: 0) })
      #expect(found == Self.numbers)
    }
  }
}
