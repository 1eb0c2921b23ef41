import Foundation
import TensorFiles
import Testing

/// Commands on trained models: those that come with the zoo, and small ones that a test trains and releases.
@Suite struct TrainedCommandTests {
  /// A sandbox with the runs `gan` and `pole`, and with their trained models in `ZOO_MODELS`.
  private func released() throws -> Sandbox {
    let sandbox = try Sandbox(images: 64)
    try sandbox.succeed("train", "wgan-gp-tiny", "--steps", "10", "--threads", "1", "--name", "gan")
    try sandbox.succeed(
      "train", "ppo-cartpole", "--steps", "4096", "--threads", "1", "--set", "evaluation.every=2048",
      "--checkpoint-every", "2048", "--name", "pole")
    let gan = try sandbox.succeed("release", "gan", "-o", "models").output
    #expect(gan.contains("models/wgan-gp-tiny.json  step 10: generator wgan-gp-tiny.onnx"), "\(gan)")
    let pole = try sandbox.succeed("release", "pole@best", "-o", "models", "--note", "short", "--episodes", "4").output
    #expect(pole.contains("mean return ") && pole.contains(", 4 episodes of the most likely actions"), "\(pole)")
    sandbox.environment["ZOO_MODELS"] = sandbox.file("models").path
    return sandbox
  }

  /// Files of a command on a run and on the trained model are equal. There is no store beside the latter.
  @Test(
    arguments: [
      (["sample", "-o", "a.png", "--seed", "3"], "gan", "wgan-gp-tiny:trained", "a.png"),
      (["sample", "-o", "a.npy", "-n", "5"], "gan", "wgan-gp-tiny:trained", "a.npy"),
      (["play", "-o", "a.gif", "--seed", "2"], "pole@best", "ppo-cartpole:trained", "a.gif"),
      (["eval", "--episodes", "3", "--record", "a.csv"], "pole@best", "ppo-cartpole:trained", "a.csv"),
      (["export", "-o", "a.safetensors", "--network", "critic"], "pole@best", "ppo-cartpole:trained", "a.safetensors"),
    ] as [([String], String, String, String)])
  func commandsDoTheSame(_ command: [String], _ run: String, _ trained: String, _ file: String) throws {
    let sandbox = try released()
    func content(of reference: String, _ further: [String]) throws -> Data {
      let outcome = try sandbox.start([command[0], reference] + command.dropFirst() + further).wait()
      #expect(outcome.code == 0, "\(outcome)")
      let bytes = try Data(contentsOf: sandbox.file(file))
      try FileManager.default.removeItem(at: sandbox.file(file))
      return bytes
    }
    let (expected, found) = (try content(of: run, []), try content(of: trained, ["--store", "none.sqlite"]))
    if file.hasSuffix("safetensors") {
      // Metadata differ: the run's id.
      try expected.write(to: sandbox.file("b.safetensors"))
      try found.write(to: sandbox.file("c.safetensors"))
      let (first, second) = (
        try loadParameters(from: sandbox.file("b.safetensors").path),
        try loadParameters(from: sandbox.file("c.safetensors").path)
      )
      #expect(first == second && !first.isEmpty)
    } else {
      #expect(found == expected)
    }
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("none.sqlite").path))
  }

  @Test func cardsAndCopies() throws {
    let sandbox = try released()
    let card = try sandbox.succeed("show", "ppo-cartpole:trained").output
    for line in [
      "ppo-cartpole:trained: PPO keeps a pole upright", "data        CartPole-v1", "licence     MIT",
      "note        short",
      "  policy: ppo-cartpole.onnx, ", "  critic: ppo-cartpole-critic.onnx, ", "settings.epochs: 20",
      "train it again:  zoo train ppo-cartpole --seed ",
    ] { #expect(card.contains(line), "\(line): \(card)") }
    let json = try sandbox.succeed("show", "ppo-cartpole:trained", "--json").json() as? [String: Any]
    #expect(json?["steps"] as? Int == 4096 && (json?["networks"] as? [Any])?.count == 2)
    #expect(try sandbox.succeed("show", "ppo-cartpole:trained", "--graph").output.contains("ir_version"))
    #expect(try sandbox.succeed("show", "ppo-cartpole:trained", "--graphs").output.contains("observation"))

    try sandbox.succeed("export", "ppo-cartpole:trained", "-o", "copy.onnx")
    let (copy, original) = (sandbox.file("copy.onnx"), sandbox.file("models/ppo-cartpole.onnx"))
    #expect(try Data(contentsOf: copy) == Data(contentsOf: original))
    try sandbox.succeed("export", "ppo-cartpole:trained", "--network", "critic")
    #expect(FileManager.default.fileExists(atPath: sandbox.file("ppo-cartpole-critic.onnx").path))
    try sandbox.succeed("export", "ppo-cartpole:trained", "-o", "copy.onnxtxt")
    try sandbox.succeed("show", "copy.onnxtxt")

    let models = try sandbox.succeed("list", "models", "--json").json() as? [[String: Any]]
    let trained = models?.filter { $0["isTrained"] as? Bool == true }.compactMap { $0["name"] as? String }
    #expect(trained == ["ppo-cartpole", "wgan-gp-tiny"])
    let lines = try sandbox.succeed("list", "models").output.split(separator: "\n")
    #expect(lines.count { $0.split(separator: " ").dropFirst(3).first == "yes" } == 2, "\(lines)")
  }

  @Test func networksRunAndStartTrainings() throws {
    let sandbox = try released()
    try sandbox.succeed("export", "pole@best", "-o", "policy.onnx")
    let numbers = "import numpy; numpy.save('x.npy', numpy.ones((2, 4), 'f'))"
    try Data(numbers.utf8).write(to: sandbox.file("x.py"))
    #expect(try sandbox.shell("python3 x.py || $ZOO_PYTHON x.py").code == 0)
    let expected = try sandbox.succeed("run", "policy.onnx", "--input", "observation=x.npy").output
    let found = try sandbox.succeed("run", "ppo-cartpole:trained", "--input", "observation=x.npy").output
    #expect(found == expected && found.contains("logits"))
    try sandbox.succeed(
      "train", "ppo-cartpole", "--steps", "1", "--init", "ppo-cartpole:trained", "--name", "next")
    #expect(try sandbox.succeed("show", "next").output.contains("initial values from ppo-cartpole:trained"))
    try sandbox.succeed(
      "train", "ppo-cartpole", "--steps", "1", "--init", "critic=ppo-cartpole:trained", "--name", "other")
    #expect(try sandbox.succeed("show", "other").output.contains("ppo-cartpole:trained for critic"))
    try sandbox.fail(
      "train", "wgan-gp-tiny", "--init", "ppo-cartpole:trained",
      saying: ["'ppo-cartpole:trained' does not fit the networks critic, generator"])
  }

  @Test func wrongNamesAnswerWithWhatExists() throws {
    let sandbox = try released()
    for command in ["sample", "eval", "play", "show", "export", "run"] {
      try sandbox.fail(command, "nope:trained", saying: ["no trained model 'nope'", "ppo-cartpole, wgan-gp-tiny"])
      try sandbox.fail(command, "ppo-cartpole:traind", saying: ["did you mean 'ppo-cartpole:trained'?"])
      try sandbox.fail(
        command, "ppo-cartpole:traind", "--store", "none.sqlite", saying: ["did you mean 'ppo-cartpole:trained'?"])
    }
    try sandbox.fail("eval", "ppo-cartpole", saying: ["did you mean 'ppo-cartpole:trained'?"])
    try sandbox.fail("sample", "ppo-cartpole:trained", saying: ["trains an agent", "zoo eval 'ppo-cartpole:trained'"])
    try sandbox.fail(
      "play", "wgan-gp-tiny:trained", "-o", "x.gif",
      saying: ["trains no agent", "zoo sample 'wgan-gp-tiny:trained'"])
    let judged = try sandbox.succeed("eval", "wgan-gp-tiny:trained", "--samples", "20", "--store", "none.sqlite").output
    #expect(judged.hasPrefix("wgan-gp-tiny:trained: 20 samples and 20 of fashion-mnist"), "\(judged)")
    try sandbox.fail(
      "eval", "wgan-gp-tiny:trained", "--features", "judge", "--store", "none.sqlite",
      saying: ["no store with the network 'judge'"])
    try sandbox.fail("export", "ppo-cartpole:trained", "--training", code: 64, saying: ["is a trained model"])
    try sandbox.fail("show", "ppo-cartpole:trained", "--metrics", code: 64, saying: ["is trained"])
    try sandbox.fail("train", "ppo-cartpole", "--init", "nope:trained", saying: ["no trained model 'nope'"])
    try sandbox.fail("train", "ppo-cartpole", "--name", "x:trained", saying: ["':trained'"])
    sandbox.environment["ZOO_MODELS"] = "/nowhere"
    try sandbox.fail("sample", "wgan-gp-tiny:trained", saying: ["not installed", "/nowhere", "ZOO_MODELS"])
    #expect(try !sandbox.succeed("list", "models").output.contains(" yes "))
  }

  @Test func damagedFilesAreNamed() throws {
    let sandbox = try released()
    let file = sandbox.file("models/wgan-gp-tiny.onnx")
    var bytes = try Data(contentsOf: file)
    bytes[bytes.count - 9] ^= 64
    try bytes.write(to: file)
    for command in ["sample", "export", "run"] {
      try sandbox.fail(command, "wgan-gp-tiny:trained", saying: ["models/wgan-gp-tiny.onnx' is damaged", "SHA-256"])
    }
    // The card is whole.
    try sandbox.succeed("show", "wgan-gp-tiny:trained")
    try Data("{}".utf8).write(to: sandbox.file("models/wgan-gp-tiny.json"))
    try sandbox.fail("show", "wgan-gp-tiny:trained", saying: ["wgan-gp-tiny.json' is no card", "is missing"])
    try sandbox.succeed("list", "models")
  }

  /// The zoo's own, found without a variable.
  @Test func theZooComesWithTrainedModels() throws {
    let sandbox = try Sandbox(images: 1)
    sandbox.environment["ZOO_MODELS"] = nil
    try sandbox.succeed("sample", "wgan-gp-fashion:trained", "-o", "grid.png")
    try sandbox.succeed("play", "ppo-cartpole:trained", "-o", "pole.gif")
    let text = try sandbox.succeed("eval", "ppo-cartpole:trained", "--episodes", "5", "--deterministic").output
    #expect(text.hasPrefix("ppo-cartpole:trained in CartPole-v1: 5 episodes from seed 0"), "\(text)")
    try sandbox.succeed("show", "classifier-fashion:trained")
    #expect(!FileManager.default.fileExists(atPath: sandbox.file("zoo.sqlite").path))
  }
}
