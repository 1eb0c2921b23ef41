import Foundation
import Testing

/// The commands for runs of GANs with classes, a lazy penalty and a moving average.
@Suite struct GANCommandTests {
  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox(images: 64)
    try sandbox.succeed(
      "train", "wgan-gp-fashion-conditional", "--steps", "6", "--threads", "1", "--name", "job", "--set", "batch=4",
      "--set", "penalty.every=2", "--set", "ema.decay=0.5", "--set", "loss=hinge")
    return sandbox
  }

  @Test func samplesHaveClasses() throws {
    let sandbox = try sandbox()
    let rows =
      try sandbox.succeed("sample", "job", "--grid", "labels", "-n", "3", "-o", "rows.png", "--json").json()
      as? [String: Any]
    #expect(rows?["width"] as? Int == 3 * 30 + 2 && rows?["height"] as? Int == 10 * 30 + 2)
    #expect(try sandbox.succeed("sample", "job", "--grid", "labels").output.contains("10 samples of each class"))
    for (name, arguments) in [("a", ["--label", "8"]), ("b", ["--label", "Bag"]), ("c", ["--label", "Coat"])] {
      #expect(try sandbox.shell("$ZOO sample job -n 4 -o \(name).png \(arguments.joined(separator: " "))").code == 0)
    }
    let pictures = try ["a", "b", "c"].map { try Data(contentsOf: sandbox.file("\($0).png")) }
    #expect(pictures[0] == pictures[1] && pictures[0] != pictures[2])
    try sandbox.fail("sample", "job", "--label", "Bags", saying: ["no class 'Bags'", "0 to 9", "Ankle boot"])
    try sandbox.fail("sample", "job", "--grid", "rows", code: 64, saying: ["labels"])
    try sandbox.fail(
      "sample", "job", "--grid", "labels", "--label", "1", code: 64, saying: ["--grid and --label exclude each other"])
  }

  @Test func theAverageIsTheUsualNetwork() throws {
    let sandbox = try sandbox()
    try sandbox.succeed("export", "job", "-o", "usual.onnx")
    try sandbox.succeed("export", "job", "--network", "generator-ema", "-o", "average.onnx")
    try sandbox.succeed("export", "job", "--network", "generator", "-o", "trained.onnx")
    let files = try ["usual", "average", "trained"].map { try Data(contentsOf: sandbox.file("\($0).onnx")) }
    #expect(files[0] == files[1] && files[0] != files[2])
    try sandbox.succeed("sample", "job", "--network", "generator", "-o", "trained.png")
    try sandbox.succeed("sample", "job", "-o", "usual.png")
    #expect(
      try Data(contentsOf: sandbox.file("trained.png")) != Data(contentsOf: sandbox.file("usual.png")))
    let show = try sandbox.succeed("show", "job").output
    for line in ["generator-ema: float32[batch, 100], int64[batch]", "settings.penalty.every: 2"] {
      #expect(show.contains(line), "\(show)")
    }
    #expect(try sandbox.succeed("list", "runs").output.contains("MARGIN"))
  }

  @Test func everyProgramIsExported() throws {
    let sandbox = try sandbox()
    for program in ["critic", "critic-without-penalty", "generator"] {
      try sandbox.succeed("export", "job", "--program", program, "-o", "\(program).onnx")
      #expect(try sandbox.succeed("show", "job", "--plan", program).output.contains("INSTRUCTION"))
    }
    let training = try sandbox.succeed("export", "job", "--training", "-o", "training.onnx").output
    #expect(training.contains("critic-without-penalty step"))
    try sandbox.succeed("import", "training.onnx", "--name", "moved", "--store", "other.sqlite")
  }
}
