import Foundation
import GraphIR
import ONNXFormat
import Testing

/// Files: unreadable and unwritable ones, and tensors with external data.
@Suite struct FileTests {
  @Test func fileThatIsNotThereIsNamed() {
    expectError(.file, "no-such.onnx") { try ONNXImporter().read(URL(filePath: "no-such.onnx")) }
  }

  @Test func folderIsNoModel() throws {
    try withTemporaryFolder { folder in
      expectError(.file, "no regular file") { try ONNXImporter().read(folder) }
    }
  }

  @Test func brokenFileIsNamed() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("broken.onnx")
      try Data([0x08]).write(to: file)
      expectError(.malformed, "broken.onnx", "ends within a number") { try ONNXImporter().read(file) }
    }
  }

  @Test func folderThatIsNotThereIsNamed() throws {
    let model = try Example.generator().model
    expectError(.file, "nowhere") { try ONNXExporter.write(model, to: URL(filePath: "nowhere/at/all.onnx")) }
  }

  // MARK: External data

  private static let numbers: [Float] = [1, 2, 3, 4, 5, 6]

  /// Reads a model whose weight [2, 3] has the given `location`, in a folder with `weights.bin` and links to it.
  private func read(location: String?, offset: String? = nil, length: String? = nil) throws -> ONNXModel {
    try withTemporaryFolder { folder in
      let weights = folder.appendingPathComponent("weights.bin")
      try Self.numbers.withUnsafeBytes { try Data([9, 9, 9, 9] + $0).write(to: weights) }
      let manager = FileManager.default
      try manager.createSymbolicLink(at: folder.appendingPathComponent("soft"), withDestinationURL: weights)
      try manager.copyItem(at: weights, to: folder.appendingPathComponent("copy"))
      try manager.linkItem(at: folder.appendingPathComponent("copy"), to: folder.appendingPathComponent("hard"))
      let inside = folder.appendingPathComponent("inside")
      try manager.createDirectory(at: inside, withIntermediateDirectories: false)
      try manager.copyItem(at: weights, to: inside.appendingPathComponent("weights.bin"))

      try manager.createSymbolicLink(at: folder.appendingPathComponent("outside"), withDestinationURL: inside)

      let entries = [("location", location), ("offset", offset), ("length", length)].compactMap { key, value in
        value.map { WireMessage.Field.message(13, [.text(1, key), .text(2, $0)]) }
      }
      var tensor = WireMessage.tensor("w", [2, 3], .int(14, 1))
      tensor.fields += entries
      let file = folder.appendingPathComponent("model.onnx")
      try WireMessage.model(.graph([.node("Add", ["x", "w"])], initializers: [tensor])).data.write(to: file)
      return try ONNXImporter().read(file)
    }
  }

  @Test func dataBesideTheModelAreRead() throws {
    let expected = TensorValue(Self.numbers, shape: [2, 3])
    #expect(try read(location: "weights.bin", offset: "4", length: "24").parameters["w"] == expected)
    #expect(try read(location: "weights.bin", offset: "4").parameters["w"] == expected)
    #expect(try read(location: "inside/weights.bin", offset: "4").parameters["w"] == expected)
  }

  @Test(arguments: [
    "../weights.bin", "..", ".", "", "/etc/hostname", "./weights.bin", "inside\\weights.bin", "inside/../weights.bin",
    "inside//weights.bin", "inside/", "inside/.",
  ])
  func onlyNamesInTheFolderAreFollowed(_ location: String) {
    expectError(.externalData, "'w'", "'\(location)'", "path of a file") { try read(location: location) }
  }

  @Test func linksAndFoldersAreNotFollowed() {
    expectError(.externalData, "'w'", "can't open 'soft'") { try read(location: "soft", offset: "4") }
    expectError(.externalData, "'w'", "'hard' has 2 hard links") { try read(location: "hard", offset: "4") }
    expectError(.externalData, "'w'", "no regular file") { try read(location: "inside") }
    expectError(.externalData, "'w'", "'outside' is a link") { try read(location: "outside/weights.bin") }
    expectError(.externalData, "'w'", "can't open 'missing'") { try read(location: "missing") }
  }

  @Test func boundsAreThoseOfTheFile() {
    expectError(.externalData, "24 bytes at 5", "28 bytes") { try read(location: "weights.bin", offset: "5") }
    expectError(.externalData, "24 bytes at 9223372036854775807") {
      try read(location: "weights.bin", offset: "9223372036854775807")
    }
    expectError(.externalData, "23 bytes", "expected 24") { try read(location: "weights.bin", length: "23") }
    expectError(.externalData, "offset is '-4'") { try read(location: "weights.bin", offset: "-4") }
    expectError(.externalData, "no 'location'") { try read(location: nil) }
  }

  @Test func modelWithoutAFolderHasNoExternalData() {
    let tensor = WireMessage.tensor("w", [1], .int(14, 1), .message(13, [.text(1, "location"), .text(2, "w.bin")]))
    let model = WireMessage.model(.graph([.node("Relu", ["x"])], initializers: [tensor]))
    expectError(.externalData, "'w'", "another file") { try ONNXImporter().decode(model.data) }
  }
}
