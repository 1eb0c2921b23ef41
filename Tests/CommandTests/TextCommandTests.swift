import Foundation
import GraphIR
import ONNXFormat
import TensorFiles
import Testing

/// ONNX's textual syntax and drawings: export, show, import and run.
@Suite struct TextCommandTests {
  private func withFile() throws -> Sandbox {
    let sandbox = try Sandbox(images: 1)
    try SmallModel.write(to: sandbox.file("small.onnx"))
    try save(tensor: SmallModel.samples, to: sandbox.file("x.npy").path)
    return sandbox
  }

  private func text(_ file: String, in sandbox: Sandbox) throws -> String {
    try String(contentsOf: sandbox.file(file), encoding: .utf8)
  }

  @Test func aFileIsWrittenInItsOtherForm() throws {
    let sandbox = try withFile()
    let written = try sandbox.succeed("export", "small.onnx").output
    #expect(written.hasPrefix("small.onnxtxt  model of small.onnx, "), "\(written)")
    #expect(try text("small.onnxtxt", in: sandbox).contains("small (float[batch,2] x) => (float[batch,2] y)\n<\n"))
    // No store is needed, and none is created.
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
    try sandbox.succeed("export", "small.onnxtxt", "-o", "again.onnx")
    let model = try ONNXImporter().read(sandbox.file("small.onnx"))
    #expect(try ONNXImporter().read(sandbox.file("again.onnx")) == model)
    try sandbox.succeed("export", "small.onnxtxt", "-o", "w.safetensors")
    #expect(try loadParameters(from: sandbox.file("w.safetensors").path) == SmallModel.parameters)
    let record = try #require(
      try sandbox.succeed("export", "small.onnx", "-o", "a.dot", "--json").json() as? [String: Any])
    let drawing = try text("a.dot", in: sandbox)
    #expect(record["file"] as? String == "a.dot" && record["bytes"] as? Int == drawing.utf8.count)
    #expect(drawing.hasPrefix("digraph \"small\" {\n"))
    try sandbox.fail("export", "small.onnx", "--network", "critic", code: 64, saying: ["'small.onnx' is a file"])
    try Data("small (".utf8).write(to: sandbox.file("broken.onnxtxt"))
    for command in [["export"], ["show"], ["import"], ["run"]] {
      sandbox.check(
        try sandbox.start(command + ["broken.onnxtxt"]).wait(), failed: 1,
        saying: ["broken.onnxtxt", "line 1, column 8: expected", "found the end"], "\(command)")
    }
  }

  @Test func aTextIsImportedShownAndRun() throws {
    let sandbox = try withFile()
    try sandbox.succeed("export", "small.onnx", "-o", "text.onnxtxt")
    for reference in ["text", "text.onnxtxt"] {
      if reference == "text" { try sandbox.succeed("import", "text.onnxtxt") }
      try sandbox.succeed("run", reference, "--input", "x=x.npy", "--output-dir", ".")
      #expect(try loadTensor(from: sandbox.file("y.npy").path) == SmallModel.results)
      #expect(try sandbox.succeed("show", reference).output.contains("operators   Add 1, Gemm 1, Mul 1, Relu 1"))
      let shown = try sandbox.succeed("show", reference, "--graph").output
      #expect(shown.contains("float[2,2] \"linear.weight\" = {1.0,-2.0,3.0,4.0}"), "\(shown)")
      #expect(try !ONNXText.parse(Data(shown.utf8)).isEmpty)
    }
    #expect(try sandbox.succeed("show", "text", "--graph", "text").output.contains("linear.weight"))
    try sandbox.fail("show", "text", "--graph", "other", code: 64, saying: ["'text' is one graph"])
    try sandbox.fail("show", "text", "--graph", "--graphs", code: 64, saying: ["exclude each other"])
    try sandbox.succeed("export", "text", "-o", "stored.onnxtxt")
    #expect(try text("stored.onnxtxt", in: sandbox).contains("\"licence\": \"none\""))
    try sandbox.succeed("export", "text", "--format", "dot")
    #expect(try text("text-graph.dot", in: sandbox).contains("\"linear.weight\\nfloat[2,2]\""))
  }

  @Test func networksAndProgramsOfARunAreShown() throws {
    let sandbox = try Sandbox()
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "1", "--threads", "1", "--name", "job")
    let usual = try sandbox.succeed("show", "job", "--graph").output
    #expect(try usual == sandbox.succeed("show", "job", "--graph", "generator").output)
    #expect(usual.contains("generator (float[") && usual.contains("# The elements of tensors with more than 16 are"))
    let critic = try sandbox.succeed("show", "job", "--graph", "critic").output
    #expect(critic.contains("critic (float["), "\(critic.prefix(300))")
    let step = try sandbox.succeed("show", "job", "--graph", "program/critic").output
    #expect(step.contains("data/real") && !critic.contains("data/real"), "\(step.prefix(300))")
    let model = try sandbox.succeed("show", "wgan-gp-tiny", "--graph", "critic").output
    for text in [usual, critic, step, model] { #expect(try !ONNXText.parse(Data(text.utf8)).isEmpty) }
    try sandbox.fail("show", "job", "--graph", "actor", saying: ["no network and no program 'actor'; it has critic"])
    try sandbox.fail("show", "wgan-gp-tiny", "--graph", "actor", saying: ["no network 'actor'; it has critic"])
    for format in ["onnxtxt", "dot"] {
      let written = try sandbox.succeed("export", "job", "--program", "critic", "--format", format).output
      #expect(written.contains("-critic-step.\(format)  critic step of "), "\(written)")
      try sandbox.succeed("export", "job", "--format", format)
    }
    try sandbox.succeed("export", "job", "-o", "g.onnx")
    try sandbox.succeed("export", "job", "-o", "g.onnxtxt")
    #expect(try ONNXImporter().read(sandbox.file("g.onnx")) == ONNXImporter().read(sandbox.file("g.onnxtxt")))
  }
}
