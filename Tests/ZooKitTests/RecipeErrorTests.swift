import ZooKit
import NN
import Testing

@Suite("Recipe errors")
struct RecipeErrorTests {
  /// One change in a recipe, and its expected error.
  struct Mistake: Sendable, CustomTestStringConvertible {
    let old: String
    let new: String
    let code: RecipeError.Code
    let place: String?
    let saying: String
    var testDescription: String { "\(old) -> \(new)" }

    /// - Parameters:
    ///   - old: a part of the recipe's text.
    ///   - new: the replacement of `old`; a `^`, which is removed, is the position of the error.
    ///   - code: the error's code.
    ///   - place: `line:column` if there is no `^`.
    ///   - saying: a part of the error's message.
    init(_ old: String, _ new: String, _ code: RecipeError.Code, at place: String? = nil, _ saying: String) {
      (self.old, self.new, self.code, self.place, self.saying) = (old, new, code, place, saying)
    }

    /// The recipe, and the place as `line:column`.
    func edited(of text: String = RecipeExample.text) -> (text: String, place: String) {
      let marked = text.replacing(old, with: new, maxReplacements: 1)
      let lines = marked.prefix { $0 != "^" }.split(separator: "\n", omittingEmptySubsequences: false)
      return (marked.replacing("^", with: ""), place ?? "\(lines.count):\((lines.last?.count ?? 0) + 1)")
    }
  }

  static let mistakes = [
    Mistake("batch: 8", "^bacth: 8", .unknownKey, "unknown key 'bacth' in settings; did you mean 'batch'?"),
    Mistake("weight: 5", "^weigth: 5", .unknownKey, "in settings.penalty; did you mean 'weight'?"),
    Mistake("steps: 1_000", "^stpes: 1_000", .unknownKey, "unknown key 'stpes'; did you mean 'steps'?"),
    Mistake("critic:", "^discriminator:", .unknownKey, "known: critic, generator"),
    Mistake("keep: {last: 2,", "keep: {^latest: 2,", .unknownKey, "did you mean 'last'?"),
    Mistake("batch-norm,", "batch-norm: {^epsilon: 1},", .unknownKey, "layers[2].batch-norm; did you mean 'eps'?"),
    Mistake("batch: 8", "^<<: {batch: 8}", .unknownKey, "unknown key '<<'"),

    Mistake("name: small\n", "", .missingKey, at: "1:1", "the recipe has no 'name'"),
    Mistake("steps: 1_000\n", "", .missingKey, at: "1:1", "the recipe has no 'steps'"),
    Mistake("    input: [6]\n", "", .missingKey, at: "10:5", "networks.critic has no 'input'"),
    Mistake("- linear: 3", "- linear: ^{bias: true}", .missingKey, "has no 'outputs'"),
    Mistake("- linear: 3", "- ^linear", .missingKey, "expected {linear: 128}"),
    Mistake("relu,", "^unflatten,", .missingKey, "expected {unflatten: [1, 28, 28]}"),

    Mistake("batch: 8", "batch: ^eight", .wrongType, "settings.batch is the word \"eight\", expected a whole number"),
    Mistake("batch: 8", "batch: ^'8'", .wrongType, "the quoted text \"8\""),
    Mistake("batch: 8", "batch: ^[8]", .wrongType, "settings.batch is a list of 1, expected a whole number"),
    Mistake("batch: 8", "batch:^", .wrongType, "settings.batch is empty, expected a whole number"),
    Mistake("steps: 1_000", "steps: ^1e3", .wrongType, "steps is the word \"1e3\", expected a whole number"),
    Mistake("input: [6]", "input: ^6", .wrongType, "expected a list of extents, such as [1, 28, 28]"),
    Mistake("relu,", "{relu: ^1},", .wrongType, "expected no options: write just relu"),
    Mistake("{linear: 6}", "^{linear: 6, bias: false}", .wrongType, "options stand inside"),
    Mistake("{linear: 6}", "{linear: {outputs: 6, bias: ^no}}", .wrongType, "expected true or false"),
    Mistake("leaky-relu: 0.2", "leaky-relu: ^0x1p-2", .wrongType, "expected a number of at least 0"),
    Mistake("[arXiv:1704.00028]", "^arXiv:1704.00028", .wrongType, "expected a list of references"),
    Mistake("name: small", "name: ^{}", .wrongType, "name is a mapping of 0 keys, expected text"),
    Mistake("batch: 8", "^[1, 2]: 8", .wrongType, "a key of settings is a list of 2, expected text"),
    Mistake(RecipeExample.text, "^just words", .wrongType, "the recipe is the word \"just words\", expected a mapping"),
    Mistake(RecipeExample.text, "^[1, 2]", .wrongType, "the recipe is a list of 2, expected a mapping"),

    Mistake("steps: 1_000", "steps: ^0", .badValue, "steps is 0, expected at least 1"),
    Mistake("batch: 8", "batch: ^-8", .badValue, "settings.batch is -8, expected at least 1"),
    Mistake("rate: 1e-3", "rate: ^-1", .badValue, "settings.optimizer.adam.rate is -1, expected a number above 0"),
    Mistake("0.75", "^1", .badValue, "settings.optimizer.adam.betas[2] is 1, expected"),
    Mistake(
      "sided: one", "sided: ^tow", .badValue, "settings.penalty.sided is 'tow', which is not known; did you mean 'two'?"
    ),
    Mistake("wgan-gp", "^wgan-pg", .badValue, "algorithm is 'wgan-pg', which is not known; did you mean 'wgan-gp'?"),
    Mistake(
      "fashion-mnist", "^fashion-mnits", .badValue,
      "dataset is 'fashion-mnits', which is not known; did you mean 'fashion-mnist'?"),
    Mistake(
      "tanh", "^tahn", .badValue, "networks.generator.layers[5] is 'tahn', which is not known; did you mean 'tanh'?"),
    Mistake("- linear: 3", "- ^liner: 3", .badValue, "did you mean 'linear'?"),
    Mistake("input: [6]", "input: ^[]", .badValue, "networks.critic.input is []"),
    Mistake("input: [6]", "input: [6, ^0]", .badValue, "networks.critic.input[2] is 0, expected at least 1"),
    Mistake("input: [6]", "input: ^[9999, 9999]", .badValue, "elements in all"),
    Mistake("linear: 3", "linear: ^16777217", .badValue, "expected at most 16777216"),
    Mistake(
      "batch-norm,", "batch-norm: {eps: ^0},", .badValue, "layers[2].batch-norm.eps is 0, expected a number above 0"),
    Mistake("batch-norm,", "batch-norm: {eps: ^1e-99},", .badValue, "eps is 1e-99, expected a number above 0"),
    Mistake("batch-norm,", "batch-norm: {momentum: ^2},", .badValue, "expected a number from 0 to 1"),
    Mistake("name: small", "name: ^../small", .badValue, "expected at most 64 letters"),
    Mistake("A small recipe", #"^"\e[31mred""#, .badValue, "without control characters"),
    Mistake("A small recipe", "^''", .badValue, "summary is empty"),
    Mistake("every: 50", "every: ^15", .badValue, "checkpoint.keep.every is 15, expected a multiple of 10"),
    Mistake("[{linear: 8}, batch-norm, relu, {linear: 6}, tanh]", "^[]", .badValue, "expected at least one layer"),

    Mistake("relu,", "^{unflatten: [3, 3]},", .badShape, "networks.generator.layers[3] does not fit"),
    Mistake("relu, {linear: 6}", "{unflatten: [2, 4]}, ^{linear: 6}", .badShape, "put a flatten layer before it"),
    Mistake("relu,", "{linear: 1}, ^layer-norm,", .badShape, "no gradient passes; leave it out"),
    Mistake("relu,", "{linear: 1}, ^rms-norm,", .badShape, "a single value becomes its sign"),
    Mistake("relu,", "^{group-norm: 8},", .badShape, "layers[3] does not fit: network 'generator', layer 3 of 5"),
    Mistake("relu,", "{unflatten: [8, 1]}, ^instance-norm, flatten,", .badShape, "the input is samples of [8, 1]"),
    Mistake("relu,", "{residual: [relu]}, {linear: 1}, ^{residual: [layer-norm]},", .badShape, "residual2.layernorm1"),
    Mistake("batch: 8", "batch: 1", .badShape, at: "8:49", "take a larger batch"),
    Mistake("input: [6]", "input: [2, 3]", .badShape, at: "12:9", "networks.critic.layers[1] does not fit"),
    Mistake("linear: 1\n", "linear: 2\n", .badShape, at: "8:3", "expected one score per sample"),
    Mistake(
      "input: [6]", "input: [7]", .badShape, at: "8:3",
      "the generator outputs float32[batch, 6], but the critic takes float32[batch, 7]"),
    Mistake(
      "linear: 3", "linear: 65536\n      - linear: 65536", .badShape, at: "10:5", "elements in its parameters"),

    Mistake(RecipeExample.text, "", .syntax, at: "1:1", "the recipe is empty"),
    Mistake(RecipeExample.text, "# only a comment\n", .syntax, at: "1:1", "the recipe is empty"),
    Mistake("  batch: 8", "^\tbatch: 8", .syntax, "a tab; YAML indents with spaces"),
    Mistake("  batch: 8", "  batch: 8\n  batch: 9", .syntax, at: "16:3", "key 'batch' stands twice"),
    Mistake("steps: 1_000\n", "steps: 1_000\n^---\nname: other\n", .syntax, "another document"),
    Mistake("weight: 5", "weight: [5", .syntax, at: "18:80", "did not find expected ',' or ']'"),
    Mistake("A small recipe", "^*nowhere", .syntax, "undefined alias"),
    Mistake("A small recipe", "A ^\u{7} bell", .syntax, "control characters are not allowed: U+7"),
    Mistake("A small recipe", #""^\q""#, .syntax, "unknown escape character"),
  ]

  @Test("A mistake is an error with its line, its column and a remedy", arguments: mistakes)
  func mistake(_ mistake: Mistake) throws {
    let (text, place) = mistake.edited()
    try #require(text != RecipeExample.text)
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.code == mistake.code)
    let description = error?.description ?? ""
    #expect(description.hasPrefix("mine.yaml:\(place): "), "\(description)")
    #expect(description.contains(mistake.saying), "\(description)")
    #expect(!description.contains("\n"))
  }

  @Test("Every code is reached")
  func everyCode() {
    // `RecipeTests` covers the two codes that no text can cause.
    #expect(Set(Self.mistakes.map(\.code)).union([.unknownRecipe, .file]) == Set(RecipeError.Code.allCases))
  }

  @Test("A shape that does not fit has the network's own error as its cause")
  func cause() {
    let text = RecipeExample.text.replacing("relu, {linear: 6}", with: "{unflatten: [3, 3]}, {linear: 6}")
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "mine.yaml") }
    #expect(error?.cause is NNError)
  }

  @Test("Aliases work, up to a limit")
  func aliases() throws {
    let shared = RecipeExample.text.replacing("leaky-relu: 0.2", with: "leaky-relu: &slope 0.25")
      .replacing("relu, {linear", with: "leaky-relu: 0.25, {linear")
      .replacing("weight: 5", with: "weight: *slope")
    #expect(try Recipe(yaml: shared, source: "mine.yaml").wganGP.penalty.weight == 0.25)

    // Nine levels of nine aliases: a key of that size would have to be compared in full.
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      bomb += "a\(level): &a\(level) [\([String](repeating: "*a\(level - 1)", count: 9).joined(separator: ", "))]\n"
    }
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: bomb + "? *a9\n: 1\n", source: "bomb.yaml") }
    #expect(error?.description.contains("aliases") == true)
  }

  @Test("Nesting and length have limits", arguments: ["[", "{", "{a: ", "- ", "? "])
  func depth(_ opening: String) {
    for count in [900, 5_000, 70_000 / opening.count] {
      let text = "name: deep\nsummary:\n " + String(repeating: opening, count: count)
      let error = #expect(throws: RecipeError.self) { try Recipe(yaml: text, source: "deep.yaml") }
      #expect(error?.location?.source == "deep.yaml")
    }
    let closed = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: "name: \(closed)", source: "deep.yaml") }
    #expect(error?.code == .wrongType)
  }

  @Test("The last of thousands of layers is found if it does not fit")
  func manyLayers() throws {
    let many = String(repeating: "relu, ", count: 5_000)
    let text = RecipeExample.text.replacing("relu, {linear: 6}", with: "\(many){linear: 6}")
    #expect(try Recipe(yaml: text, source: "mine.yaml").networks["generator"]?.graph.nodes.count == 5_004)
    let wrong = text.replacing("{linear: 6}", with: "{unflatten: [3, 3]}")
    let error = #expect(throws: RecipeError.self) { try Recipe(yaml: wrong, source: "mine.yaml") }
    #expect(error?.description.contains("networks.generator.layers[5003] does not fit") == true)
  }
}
