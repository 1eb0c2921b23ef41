import Foundation
import ONNXFormat
import Testing

/// Runs that leave as ONNX files and come back: `export --training`, `import`, `train --init`.
@Suite struct RunFileCommandTests {
  private func trained() throws -> Sandbox {
    let sandbox = try Sandbox(images: 64)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "10", "--seed", "3", "--threads", "1", "--name", "gan")
    return sandbox
  }

  /// The commands that the outputs advise, in a store of another name.
  @Test func aRunMoves() throws {
    let sandbox = try trained()
    let said = try sandbox.succeed("export", "gan", "--training", "-o", "gan.onnx").output
    #expect(said.contains("@10 with critic step, generator step, ") && said.contains("tensors of state"), "\(said)")
    let imported = try sandbox.succeed("import", "gan.onnx", "--name", "moved", "--store", "other.sqlite").output
    #expect(imported.contains("step 10  imported from "), "\(imported)")
    #expect(imported.contains("continue:  zoo resume ") && imported.contains("--until N --store "))
    try sandbox.succeed("resume", "moved", "--until", "20", "--store", "other.sqlite")
    try sandbox.succeed("resume", "gan", "--until", "20")
    #expect(try sandbox.digest("moved", store: "other.sqlite") == sandbox.digest("gan"))
    // The same state again is not a later one.
    let again = try sandbox.start(["import", "gan.onnx", "--into", "gan"]).wait()
    #expect(again.code != 0 && again.errors.contains("after 10 steps, expected more than the 20 of run"), "\(again)")
  }

  @Test func aRunLeavesWithItsTensorsInASecondFile() throws {
    let sandbox = try trained()
    try sandbox.succeed("export", "gan", "--training", "--external-data", "-o", "gan.onnx")
    let bytes = try Data(contentsOf: sandbox.file("gan.onnx.data"))
    #expect(bytes.count > 100_000)
    try sandbox.succeed("export", "gan", "--training", "--external-data", "-o", "gan.onnx")
    #expect(try Data(contentsOf: sandbox.file("gan.onnx.data")) == bytes)
    try sandbox.succeed("import", "gan.onnx", "--store", "other.sqlite", "--name", "copy")
    #expect(try sandbox.digest("copy", store: "other.sqlite") == sandbox.digest("gan"))

    let stream = try sandbox.start(["export", "gan", "--external-data", "-o", "-"]).wait()
    #expect(stream.code != 0 && stream.errors.contains("needs a second file beside it"), "\(stream)")
    try FileManager.default.linkItem(at: sandbox.file("gan.onnx.data"), to: sandbox.file("twin"))
    let linked = try sandbox.start(["export", "gan", "--external-data", "-o", "gan.onnx"]).wait()
    #expect(linked.code != 0 && linked.errors.contains("has further names (hard links)"), "\(linked)")
  }

  @Test func aNetworkStartsWithAFile() throws {
    let sandbox = try trained()
    try sandbox.succeed("export", "gan", "--network", "critic", "-o", "critic.safetensors")
    try sandbox.succeed(
      "train", "wgan-gp-tiny", "--steps", "1", "--init", "critic=critic.safetensors", "--name", "next")
    let shown = try sandbox.succeed("show", "next").output
    #expect(shown.contains("initial values from critic.safetensors for critic"), "\(shown)")
    let wrong = try sandbox.start(["train", "wgan-gp-tiny", "--init", "generator=critic.safetensors"]).wait()
    #expect(wrong.code != 0 && wrong.errors.contains("does not fit the networks critic, generator"), "\(wrong)")
  }

  @Test func optionsThatExcludeEachOther() throws {
    let sandbox = try trained()
    try sandbox.succeed("export", "gan", "--training", "-o", "gan.onnx")
    try sandbox.succeed("export", "gan", "--network", "critic", "-o", "critic.onnx")
    for (arguments, said) in [
      (["export", "gan", "--training", "--program", "critic"], "exclude each other"),
      (["export", "gan", "--training", "--format", "npz"], "--format"),
      (["export", "gan", "--external-data", "--format", "npz"], "--external-data"),
      (["import", "gan.onnx", "--into", "gan", "--name", "x"], "exclude each other"),
      (["import", "gan.onnx", "--constant", "critic/*"], "checkpoint of a run"),
      (["import", "critic.onnx", "--into", "gan"], "no checkpoint of a run"),
      (["import", "gan.onnx", "--name", "gan"], "is called 'gan' already"),
      (["import", "critic.onnx", "--name", "gan"], "is called 'gan' already"),
      (["export", "gan", "--external-data", "-o", "gan.npz"], "--external-data"),
      (["export", "gan.onnx", "--training"], "are for runs; 'gan.onnx' is a file"),
      (["export", "gan.onnx", "--external-data", "-o", "copy.onnx"], "are for runs; 'gan.onnx' is a file"),
    ] {
      let outcome = try sandbox.start(arguments).wait()
      #expect(outcome.code != 0 && outcome.errors.contains(said), "\(arguments): \(outcome)")
    }
  }
}
