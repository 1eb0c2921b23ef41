import Foundation
import GraphIR
import Pictures
import TensorFiles
import Testing

/// The commands in `Docs/ONNX.md` and `Docs/Data.md`, run as a reader would: each block of the first in a folder with a
/// model and two runs, those of the second one after the other in a folder with data and recipes.
@Suite struct DocumentedCommandTests {
  private static let documents = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Docs")

  /// The lines of each block of shell commands.
  private static func blocks(of document: String = "ONNX.md") throws -> [[String]] {
    let text = try String(contentsOf: documents.appending(path: document), encoding: .utf8)
    return text.components(separatedBy: "```sh\n").dropFirst().map { block in
      block.components(separatedBy: "```")[0].split(separator: "\n").map(String.init)
    }
  }

  private func folder() throws -> Sandbox {
    let sandbox = try Sandbox(images: 64)
    try SmallModel.write(to: sandbox.file("model.onnx"))
    try save(tensor: SmallModel.samples, to: sandbox.file("batch.npy").path)
    let images = (0..<20 * 784).map { Float($0 % 17) / 8 - 1 }
    try save(tensor: TensorValue(images, shape: [20, 784]), to: sandbox.file("images.npy").path)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "10", "--name", "job")
    try sandbox.succeed(
      "train", "ppo-cartpole", "--steps", "2048", "--set", "evaluation.every=1024", "--checkpoint-every", "1024",
      "--name", "pole")
    return sandbox
  }

  @Test func blocksAreFound() throws {
    let lines = try Self.blocks().flatMap(\.self)
    #expect(try Self.blocks().count >= 5 && lines.filter { $0.hasPrefix("zoo ") }.count >= 18)
  }

  @Test(
    .enabled(if: GraphCommandTests.python != nil, "ZOO_PYTHON names no Python with onnx and onnxruntime"),
    arguments: try DocumentedCommandTests.blocks())
  func everyCommandWorks(_ block: [String]) throws {
    let sandbox = try folder()
    let example = Self.documents.appending(path: "../Examples/ONNXRuntime/train_on.py")
    try FileManager.default.copyItem(at: example, to: sandbox.file("train_on.py"))
    for line in block where !line.hasPrefix("dot ") {
      let command = line.replacing("RUN", with: "job")
      let functions = "zoo() { $ZOO \"$@\"; }; python() { \"$ZOO_PYTHON\" \"$@\"; }; "
      let outcome = try sandbox.shell(functions + command)
      #expect(outcome.code == 0, "\(line): \(outcome)")
    }
  }

  @Test func everyCommandOnDataWorks() throws {
    let sandbox = try Sandbox(images: 64)
    try writeData(to: sandbox)
    let lines = try Self.blocks(of: "Data.md").flatMap(\.self).filter { $0.hasPrefix("zoo ") }
    #expect(lines.count >= 12)
    for line in lines {
      let outcome = try sandbox.shell("zoo() { $ZOO \"$@\"; }; \(line)")
      #expect(outcome.code == 0, "\(line): \(outcome)")
    }
    for file in ["sheet.png", "samples.png", "generator.onnx", "classifier.onnx"] {
      #expect(FileManager.default.fileExists(atPath: sandbox.file(file).path), "\(file)")
    }
  }

  /// Pictures of two classes, arrays, a series, and their recipes.
  private func writeData(to sandbox: Sandbox) throws {
    for index in 0..<40 {
      let file = sandbox.file("photos/\(index % 2 == 0 ? "cats" : "dogs")/\(index).png")
      try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      let pixels = (0..<40 * 36 * 3).map { UInt8(($0 * (index + 3)) % 256) }
      try Picture(width: 40, height: 36, channels: 3, pixels: pixels).write(to: file)
    }
    let samples = TensorValue((0..<480).map { Float($0 % 31) }, shape: [40, 3, 4])
    let labels = TensorValue((0..<40).map { Int64($0 % 3) })
    try save(parameters: ["x": samples, "y": labels], to: sandbox.file("samples.npz").path)
    let series = TensorValue((0..<400).map { Float($0 % 23) }, shape: [200, 2])
    try save(tensor: series, to: sandbox.file("series.npy").path)
    let document = try String(contentsOf: Self.documents.appending(path: "Data.md"), encoding: .utf8)
    let classifier = document.components(separatedBy: "```yaml\n").last?.components(separatedBy: "```").first ?? ""
    let head = { (name: String) in "name: \(name)\nsummary: A trial\nsteps: 8\n" }
    try (head("classifier") + classifier).write(to: sandbox.file("classifier.yaml"), atomically: true, encoding: .utf8)
    try
      (head("photos") + """
        algorithm: wgan-gp
        dataset: {images: photos, size: 16, augment: {flip: horizontal}}
        networks:
          generator: {input: [8], layers: [{linear: 768}, tanh, {unflatten: [3, 16, 16]}]}
          critic: {input: [3, 16, 16], layers: [flatten, {linear: 1}]}
        settings: {batch: 8}
        """).write(to: sandbox.file("photos.yaml"), atomically: true, encoding: .utf8)
    try
      (head("series") + """
        algorithm: wgan-gp
        dataset: {arrays: series.npy, window: 16, standardise: true}
        networks:
          generator: {input: [8], layers: [{linear: 32}, {unflatten: [2, 16]}]}
          critic: {input: [2, 16], layers: [{conv1d: {outputs: 4, kernel: 3}}, {leaky-relu: 0.2}, flatten, {linear: 1}]}
        settings: {batch: 8}
        """).write(to: sandbox.file("series.yaml"), atomically: true, encoding: .utf8)
  }
}
