import Foundation
import GraphIR
import TensorFiles
import Testing

/// The commands in `Docs/ONNX.md`, run as a reader would: each block in a folder with a model and two runs.
@Suite struct DocumentedCommandTests {
  private static let document = URL(filePath: #filePath).deletingLastPathComponent().appending(
    path: "../../Docs/ONNX.md")

  /// The lines of each block of shell commands.
  private static func blocks() throws -> [[String]] {
    let text = try String(contentsOf: document, encoding: .utf8)
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
    let example = Self.document.deletingLastPathComponent().appending(path: "../Examples/ONNXRuntime/train_on.py")
    try FileManager.default.copyItem(at: example, to: sandbox.file("train_on.py"))
    for line in block where !line.hasPrefix("dot ") {
      let command = line.replacing("RUN", with: "job")
      let functions = "zoo() { $ZOO \"$@\"; }; python() { \"$ZOO_PYTHON\" \"$@\"; }; "
      let outcome = try sandbox.shell(functions + command)
      #expect(outcome.code == 0, "\(line): \(outcome)")
    }
  }
}
