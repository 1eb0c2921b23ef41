// README example: begin
import Autograd
import Foundation
import GraphIR
import ZooKit

/// Trains, resumes and exports; then differentiates a derivative.
func example(store: String, onnx: URL) throws -> Double {
  let zoo = try ModelZoo(at: store)
  let run = try zoo.train(Recipe.named("wgan-gp-tiny"), steps: 20, seed: 7)
  let same = try zoo.resume(run.id, until: 40)
  try zoo.export(same.id, network: "generator", to: onnx)

  // d²(x³)/dx² = 6x.
  let x = Tensor(TensorValue([2.0], shape: [1]), requiresGrad: true)
  let slope = try grad((x * x * x).sum(), x, createGraph: true)
  return try grad(slope.sum(), x).item
}
// README example: end

import ONNXFormat
import Testing

@Suite struct ReadmeExampleTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  @Test func theExampleOfTheReadmeIsThisOne() throws {
    let source = try String(contentsOf: URL(filePath: #filePath), encoding: .utf8)
    let parts = source.components(separatedBy: "// README example: begin\n")
    let code = try #require(parts.dropFirst().first?.components(separatedBy: "// README example: end").first)
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    #expect(readme.contains("```swift\n\(code)```"))
  }

  @Test func theExampleRuns() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zoo-readme-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (store, onnx) = (folder.appending(path: "zoo.sqlite").path, folder.appending(path: "generator.onnx"))
    #expect(try example(store: store, onnx: onnx) == 12)
    let run = try #require(ModelZoo(at: store).store.runs().first)
    #expect(run.step == 40 && run.status == .done)
    #expect(try ONNXImporter().read(onnx).metadata["run"] == run.id)
  }
}
