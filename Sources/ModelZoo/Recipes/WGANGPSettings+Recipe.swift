import Algorithms
import Foundation
import NN

/// The part of a recipe that only WGAN-GP has: `settings`, as YAML in a recipe and as JSON in a run.
extension WGANGPSettings {
  private enum Key: String, CaseIterable { case batch, criticSteps, penalty, optimizer }
  private enum OptimizerKey: String, CaseIterable { case adam }

  /// Reads settings from their JSON, or from a recipe's YAML; what is left out has the paper's value.
  ///
  /// - Parameter source: what messages call the text.
  /// - Throws: ``RecipeError`` that names the source, the line and the setting.
  public init(text: String, source: String) throws(RecipeError) {
    self.init()
    try read(RecipeDocument.parse(text, source: source, path: "settings"))
  }

  /// The settings as JSON with sorted keys: equal settings have equal texts.
  ///
  /// - Throws: `EncodingError` where a number is not finite.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// Takes over the settings that `value` has and leaves the others as they are.
  mutating func read(_ value: RecipeValue) throws(RecipeError) {
    let settings = try value.mapping(of: Key.self)
    if let value = settings[.batch] { batch = try value.integer() }
    if let value = settings[.criticSteps] { criticSteps = try value.integer() }
    if let value = settings[.penalty] { try penalty.read(value) }
    if let value = try settings[.optimizer]?.mapping(of: OptimizerKey.self)[.adam] { try optimizer.adam.read(value) }
  }
}

extension WGANGPSettings.Penalty {
  private enum Key: String, CaseIterable { case weight, target, sided, reduction, at, inputs, output, p, eps }

  fileprivate mutating func read(_ value: RecipeValue) throws(RecipeError) {
    let penalty = try value.mapping(of: Key.self)
    if let value = penalty[.weight] { weight = try value.number("a number of at least 0") { $0 >= 0 } }
    if let value = penalty[.target] { gradient.target = try value.number("a number of at least 0") { $0 >= 0 } }
    if let value = penalty[.sided] { gradient.sided = try value.choice() }
    if let value = penalty[.reduction] { gradient.reduction = try value.choice() }
    if let value = penalty[.at] { gradient.at = try value.choice() }
    if let value = penalty[.inputs] { gradient.inputs = try value.choice() }
    if let value = penalty[.output] { gradient.output = try value.choice() }
    if let value = penalty[.p] { gradient.p = try Self.order(value) }
    if let value = penalty[.eps] { gradient.eps = try value.number("a number of at least 0") { $0 >= 0 } }
  }

  /// The order of a norm: `inf` is one, too.
  private static func order(_ value: RecipeValue) throws(RecipeError) -> Double {
    if (try? value.text()) == "inf" { return .infinity }
    return try value.number("a number of at least 1, or inf") { $0 >= 1 }
  }
}

extension Adam {
  private enum Key: String, CaseIterable { case rate, betas, eps }

  fileprivate mutating func read(_ value: RecipeValue) throws(RecipeError) {
    let adam = try value.mapping(of: Key.self)
    if let value = adam[.rate] { rate = try value.number("a number above 0") { $0 > 0 } }
    if let value = adam[.eps] { eps = try value.number("a number above 0") { $0 > 0 } }
    guard let value = adam[.betas] else { return }
    let items = try value.list(of: "a list of two numbers, such as [0.5, 0.999]")
    guard items.count == 2 else { throw value.wrongType("a list of two numbers, such as [0.5, 0.999]") }
    betas = try items.map { (item) throws(RecipeError) in
      try item.number("a number of at least 0 and below 1") { (0..<1).contains($0) }
    }
  }
}
