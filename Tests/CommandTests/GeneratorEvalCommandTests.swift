import Foundation
import GraphIR
import TensorFiles
import Testing

/// `zoo eval` for generators.
@Suite struct GeneratorEvalCommandTests {
  private static let recipe = """
    name: small
    summary: A small GAN
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [4], layers: [{linear: 8}, relu, {linear: 784}, tanh]}
      critic: {input: [784], layers: [{linear: 8}, relu, {linear: 1}]}
    settings: {batch: 8, criticSteps: 2}
    evaluation: {every: 4, samples: 20}
    steps: 12
    """

  private func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox(images: 64)
    try Self.recipe.write(to: sandbox.file("small.yaml"), atomically: true, encoding: .utf8)
    try sandbox.succeed("train", "small.yaml", "--seed", "7", "--name", "gan", "--threads", "1")
    try sandbox.succeed(
      "train", "classifier-fashion", "--steps", "2", "--set", "batch=8", "--name", "judge", "--threads", "1")
    return sandbox
  }

  @Test func aTableAndJSONArePrinted() throws {
    let sandbox = try sandbox()
    let plain = try sandbox.succeed("eval", "gan").output
    #expect(plain.contains("@12: 64 samples and 64 of fashion-mnist (train), seed 0\nSWD        "), "\(plain)")
    #expect(plain.contains("--features RUN, or --features FILE.onnx") && !plain.contains("FID  "))
    let text = try sandbox.succeed("eval", "gan@best", "--features", "judge", "--samples", "40").output
    let rows = text.split(separator: "\n").map { $0.prefix { $0 != " " } }
    #expect(rows.dropFirst() == ["features", "FID", "KID", "precision", "recall", "SWD"], "\(text)")
    #expect(text.contains("judge, 128 values of "))
    let again = try sandbox.succeed("eval", "gan@best", "--features", "judge", "--samples", "40").output
    #expect(again == text)
    let json = try sandbox.succeed("eval", "gan", "--features", "judge", "--seed", "3", "--json").json()
    let result = try #require(json as? [String: Any])
    let features = try #require(result["features"] as? [String: Any])
    let frechet = try #require(features["frechet"] as? [String: Any])
    #expect(result["step"] as? Int == 12 && result["seed"] as? Int == 3 && result["references"] as? Int == 64)
    #expect(features["width"] as? Int == 128 && frechet["value"] is Double)
    #expect((frechet["interval"] as? [Double])?.count == 2)
  }

  @Test func samplesOfAFileAreCompared() throws {
    let sandbox = try sandbox()
    try sandbox.succeed("sample", "gan", "-n", "64", "-o", "samples.npy")
    let file = try sandbox.succeed("eval", "gan", "--generated", "samples.npy").output.split(separator: "\n")
    let own = try sandbox.succeed("eval", "gan").output.split(separator: "\n")
    #expect(file[0] == "samples.npy: 64 samples and 64 of fashion-mnist (train), seed 0")
    #expect(file[1].prefix(15) == own[1].prefix(15))
    try sandbox.succeed("export", "judge", "-o", "judge.onnx")
    let text = try sandbox.succeed("eval", "gan", "--generated", "samples.npy", "--features", "judge.onnx").output
    #expect(text.contains("judge.onnx, 128 values of "))
  }

  @Test func neighboursAreAPicture() throws {
    let sandbox = try sandbox()
    let printed = try sandbox.succeed("eval", "gan", "--features", "judge", "--neighbours", "-o", "near.png").output
    #expect(printed.contains("FID"))
    let png = try Data(contentsOf: sandbox.file("near.png"))
    // Width and height in the header: 16 samples of 28 pixels in three rows.
    let sizes = [16, 20].map { place in png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(sizes == [16 * 30 + 2, 3 * 30 + 2])
    let piped = try sandbox.shell("$ZOO eval gan --neighbours -o - --samples 8 2>report | head -c 8 | tail -c 7")
    #expect(piped.output.hasPrefix("PNG"))
    #expect(try String(contentsOf: sandbox.file("report"), encoding: .utf8).contains("SWD"))
  }

  @Test func theBestIsTheLeast() throws {
    let sandbox = try sandbox()
    let shown = try sandbox.succeed("show", "gan", "--metrics", "--json").json() as? [[String: Any]]
    let evaluations = (shown ?? []).filter { $0["key"] as? String == "evaluation" }
    let least = evaluations.min { ($0["value"] as? Double ?? 0) < ($1["value"] as? Double ?? 0) }
    #expect(evaluations.count == 3)
    let best = try sandbox.succeed("show", "gan@best", "--json").json() as? [String: Any]
    #expect(best?["step"] as? Int == least?["step"] as? Int)
  }

  @Test func mistakesAreNamed() throws {
    let sandbox = try sandbox()
    try sandbox.fail("eval", "gan", "--episodes", "3", saying: ["--episodes does not apply: 'gan' trains no agent"])
    try sandbox.fail("eval", "judge", saying: ["trains neither a generator nor an agent"])
    try sandbox.fail("eval", "gan", "--neighbours", code: 64, saying: ["--neighbours and -o FILE.png belong together"])
    try sandbox.fail("eval", "gan", "--layer", "x", code: 64, saying: ["--features"])
    try sandbox.fail("eval", "gan", "--part", "test", code: 64, saying: ["train", "validation"])
    try sandbox.fail(
      "eval", "gan", "--samples", "9", "--episodes", "3", code: 64, saying: ["--episodes is for agents, and --samples"])
    try sandbox.fail("eval", "gan", "--features", "missing.onnx", saying: ["missing.onnx"])
    try sandbox.fail("eval", "gan", "--samples", "2", saying: ["2 samples, expected 4 to 1000000"])
    try sandbox.fail("eval", "gan", "--generated", "none.npy", saying: ["none.npy"])
  }
}
