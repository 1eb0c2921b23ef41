import TrainingAlgorithms
import Foundation
import ZooKit
import NN
import Testing

@Suite("Recipe settings")
struct RecipeSettingsTests {
  private let recipe = try? Recipe(yaml: RecipeExample.text, source: "small.yaml")

  @Test("An assignment changes one setting and no other")
  func assignments() throws {
    let recipe = try #require(recipe)
    let cases: [(String, (inout WGANGPSettings) -> Void)] = [
      ("batch=32", { $0.batch = 32 }),
      ("criticSteps=1", { $0.criticSteps = 1 }),
      ("penalty.weight=0.5", { $0.penalty.weight = 0.5 }),
      ("penalty.target=1", { $0.penalty.gradient.target = 1 }),
      ("penalty.sided=two", { $0.penalty.gradient.sided = .two }),
      ("penalty.reduction=per-sample", { $0.penalty.gradient.reduction = .perSample }),
      ("penalty.inputs=each", { $0.penalty.gradient.inputs = .each }),
      ("penalty.output=jacobian", { $0.penalty.gradient.output = .jacobian }),
      ("penalty.p=1", { $0.penalty.gradient.p = 1 }),
      ("penalty.p=inf", { $0.penalty.gradient.p = .infinity }),
      ("penalty.eps=1e-12", { $0.penalty.gradient.eps = 1e-12 }),
      ("penalty.at=fake", { $0.penalty.gradient.at = .fake }),
      ("optimizer.adam.rate=1e-4", { $0.optimizer.base.rate = 1e-4 }),
      ("optimizer.adam.betas=[0, 0.9]", { $0.optimizer = AnyOptimizer(Adam(rate: 1e-3, betas: [0, 0.9], eps: 1e-4)) }),
      ("optimizer.adam.eps= 1e-7", { $0.optimizer = AnyOptimizer(Adam(rate: 1e-3, betas: [0.25, 0.75], eps: 1e-7)) }),
      ("loss=hinge", { $0.loss = .hinge }), ("loss=least-squares", { $0.loss = .leastSquares }),
      ("loss=non-saturating", { $0.loss = .softplus }),
      ("penalty.every=16", { $0.penalty.every = 16 }),
      ("rate=1e-4", { $0.optimizer.base.rate = 1e-4 }), ("rate={linear: 1e-4}", { $0.rate = .linear(1e-4) }),
      ("generatorRate=1e-4", { $0.generatorRate = .constant(1e-4) }),
      ("generatorRate.linear=1e-4", { $0.generatorRate = .linear(1e-4) }),
      (
        "generatorOptimizer.adam.betas=[0, 0.9]",
        { $0.generatorOptimizer = AnyOptimizer(Adam(rate: 1e-3, betas: [0, 0.9], eps: 1e-4)) }
      ),
      ("generatorOptimizer={sgd: {}}", { $0.generatorOptimizer = AnyOptimizer(SGD()) }),
      ("ema={decay: 0.999}", { $0.ema.decay = 0.999 }), ("ema.decay=0", { $0.ema.decay = 0 }),
      ("penalty={weight: 1, at: fake}", { ($0.penalty.weight, $0.penalty.gradient.at) = (1, .fake) }),
    ]
    for (assignment, change) in cases {
      var expected = recipe.wganGP
      change(&expected)
      #expect(expected != recipe.wganGP)
      #expect(try recipe.setting(assignment).wganGP == expected, "\(assignment)")
    }
  }

  @Test(
    "The error of a wrong assignment quotes it and names the expected value",
    arguments: [
      ("bacth=3", .unknownKey, "unknown key 'bacth' in settings; did you mean 'batch'?"),
      ("penalty.wieght=3", .unknownKey, "in settings.penalty; did you mean 'weight'?"),
      ("optimizer.adma.rate=3", .unknownKey, "unknown key 'adma' in settings.optimizer; did you mean 'adam'?"),
      ("batch=0", .badValue, "settings.batch is 0, expected at least 1"),
      ("batch=99999999999999", .badValue, "settings.batch is 99999999999999, expected at most"),
      ("batch=99999999999999999999", .badValue, "expected at most"),
      ("batch=many", .wrongType, "settings.batch is the word \"many\", expected a whole number"),
      ("batch='3'", .wrongType, "settings.batch is the quoted text \"3\", expected a whole number"),
      ("batch=3.5", .wrongType, "expected a whole number"),
      ("penalty=3", .wrongType, "settings.penalty is the word \"3\", expected a mapping"),
      ("penalty.weight=-1", .badValue, "settings.penalty.weight is -1, expected a number of at least 0"),
      ("penalty.weight=nan", .wrongType, "expected a number of at least 0"),
      ("penalty.weight=1e999", .badValue, "expected a number of at least 0"),
      ("penalty.sided=tow", .badValue, "settings.penalty.sided is 'tow', which is not known; did you mean 'two'?"),
      ("penalty.p=0.5", .badValue, "settings.penalty.p is 0.5, expected a number of at least 1, or inf"),
      ("penalty.p=infinity", .wrongType, "expected a number of at least 1, or inf"),
      ("penalty.eps=-1", .badValue, "settings.penalty.eps is -1, expected a number of at least 0"),
      ("penalty.weight.x=1", .wrongType, "settings.penalty.weight is a mapping of 1 keys"),
      ("optimizer.adam.rate=0", .badValue, "expected a number above 0"),
      ("optimizer.adam.betas=[0.5]", .wrongType, "expected a list of two numbers"),
      ("optimizer.adam.betas=[0.5, 1]", .badValue, "settings.optimizer.adam.betas[2] is 1, expected"),
      ("loss=hing", .badValue, "settings.loss is 'hing', which is not known; did you mean 'hinge'?"),
      ("penalty.every=0", .badValue, "settings.penalty.every is 0, expected at least 1"),
      ("rate=0", .badValue, "settings.rate is 0, expected a number above 0, or {linear: 1e-3}"),
      ("generatorRate={lin: 1}", .unknownKey, "unknown key 'lin' in settings.generatorRate; did you mean 'linear'?"),
      ("generatorOptimizer={adam: {}, sgd: {}}", .badValue, "settings.generatorOptimizer names 2 optimizers"),
      ("ema.decay=1", .badValue, "settings.ema.decay is 1, expected a number of at least 0 and below 1"),
      ("batch", .syntax, "expected KEY=VALUE"), ("batch=", .syntax, "expected KEY=VALUE"),
      ("=3", .syntax, "expected KEY=VALUE"), ("", .syntax, "expected KEY=VALUE"),
      ("penalty.=3", .badValue, "a key of settings.penalty is empty"),
      ("optimizer.adam.betas=[0.5", .syntax, "did not find expected ',' or ']'"),
    ] as [(String, RecipeError.Code, String)])
  func wrong(_ assignment: String, _ code: RecipeError.Code, _ saying: String) throws {
    let recipe = try #require(recipe)
    let error = #expect(throws: RecipeError.self) { try recipe.setting(assignment) }
    #expect(error?.code == code)
    #expect(error?.location?.source == "--set \(assignment)")
    #expect(error?.location?.line == nil || code == .syntax)
    #expect(error?.description.contains(saying) == true, "\(error?.description ?? "")")
  }

  @Test("Settings survive their JSON bit for bit")
  func json() throws {
    var settings = try #require(recipe?.wganGP)
    settings.optimizer = AnyOptimizer(Adam(rate: 0.1 + 0.2, betas: [0, 0.9], eps: .leastNonzeroMagnitude))
    settings.penalty.weight = .greatestFiniteMagnitude
    settings.penalty.gradient.p = .infinity
    var other = settings
    (other.loss, other.penalty.every, other.ema.decay) = (.softplus, 16, 0.1 + 0.2)
    other.generatorOptimizer = AnyOptimizer(SGD(rate: 0.1 + 0.2, momentum: 0.5))
    other.rate = .linear(0.1 + 0.2)
    for settings in [settings, other, WGANGPSettings()] {
      let text = try settings.json()
      #expect(try WGANGPSettings(text: text, source: "run") == settings)
      #expect(try JSONDecoder().decode(WGANGPSettings.self, from: Data(text.utf8)) == settings)
    }
    settings.penalty.weight = .infinity
    #expect(throws: EncodingError.self) { try settings.json() }
  }

  @Test("Damaged JSON is an error with its position")
  func damagedJSON() throws {
    let json = try WGANGPSettings().json()
    let error = #expect(throws: RecipeError.self) {
      try WGANGPSettings(text: json.replacing("64", with: "\"64\""), source: "settings of run 3f9a2c1")
    }
    #expect(error?.code == .wrongType)
    #expect(error?.description.hasPrefix("settings of run 3f9a2c1:1:10: settings.batch is the quoted text") == true)
  }
}
