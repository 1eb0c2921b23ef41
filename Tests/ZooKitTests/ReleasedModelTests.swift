import Foundation
import GraphIR
import RunStore
import Testing
import ZooKit

/// The files of `Models/trained`.
@Suite struct ReleasedModelTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Models/trained").standardizedFileURL

  private static let catalogue: Catalogue = {
    var catalogue = Catalogue.standard
    catalogue.trainedFolder = folder
    return catalogue
  }()

  private static let names = catalogue.trainedNames
  private static let agents = names.filter { (try? Recipe.named($0))?.environment != nil }

  private func trained(_ model: String) throws -> TrainedModel {
    try #require(try Self.catalogue.trainedModel("\(model):trained"))
  }

  @Test func theModelsThatOthersNeedAreThere() throws {
    for model in ["classifier-fashion", "wgan-gp-fashion", "ppo-cartpole"] {
      #expect(Self.names.contains(model), "\(Self.names)")
    }
    // The library finds them without being told.
    #expect(Catalogue.standard.trainedNames == Self.names)
  }

  @Test func theyAreSmall() throws {
    let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
    let sizes = try files.map { try Data(contentsOf: Self.folder.appending(path: $0)).count }
    #expect(sizes.reduce(0, +) < 25_000_000, "\(sizes.reduce(0, +))")
    let known = try Self.names.flatMap { try ["\($0).json"] + trained($0).card.networks.map(\.file) } + ["README.md"]
    #expect(Set(files) == Set(known))
  }

  /// Files that are whole, networks that fit the recipe of the same name, and a card that says what it must.
  @Test(arguments: names) func filesAndCardsAreWhole(_ model: String) throws {
    let trained = try trained(model)
    let card = trained.card
    let recipe = try Recipe.named(model)
    #expect(card.licence == "MIT" && !card.data.isEmpty && card.step <= card.steps)
    #expect(card.steps == recipe.steps && card.command.hasPrefix("zoo train \(model) --seed \(card.seed) "))
    #expect(card.specification.settings.isEqual(to: recipe.settings))
    for role in trained.roles {
      let network = try trained.network(role)
      #expect(network.graph.trainableCount == card.networks.first { $0.role == role }?.parameters)
      let isFinite = network.parameters.values.allSatisfy(\.isFinite)
      #expect(isFinite, "\(role)")
    }
    var initial = InitialValues()
    try initial.read(trained)
    #expect(!card.evaluations.isEmpty)
  }

  /// The first episodes of the card's evaluation: within four standard errors of its mean.
  @Test(arguments: agents) func policiesReachTheirCards(_ model: String) throws {
    let trained = try trained(model)
    let evaluation = try #require(trained.card.evaluations.first)
    let returns = try trained.evaluate(episodes: 10, seed: 2_000_000, isDeterministic: true).returns
    let margin = 4 * (evaluation.standardDeviation ?? 0) / 10.0.squareRoot()
    #expect(abs(returns.mean - evaluation.value) <= margin + 1e-6, "\(returns), \(evaluation)")
  }

  /// The table for readers has the row of each card. The message of a failure says the row.
  @Test(arguments: names) func theTableHasTheModel(_ model: String) throws {
    let table = try String(contentsOf: Self.folder.appending(path: "README.md"), encoding: .utf8)
    let expected = Self.row(try trained(model).card)
    #expect(table.split(separator: "\n").filter { $0.hasPrefix("| `\(model)` |") } == [expected[...]])
  }

  private static func row(_ card: TrainedCard) -> String {
    let measured = card.evaluations.first.map { evaluation in
      let bounds = (evaluation.interval ?? []).map { String(format: "%.4g", $0) }.joined(separator: ", ")
      let name = evaluation.quantity == "mean return" ? "" : "\(evaluation.quantity) "
      return name + String(format: "%.4g", evaluation.value) + " [\(bounds)]"
    }
    let step = card.step.formatted(.number.locale(Locale(identifier: "en_US")))
    let cells = [
      "`\(card.model)`", card.networks.map(\.role).joined(separator: ", "),
      String(card.data.prefix { $0 != "," }.replacing(/-v\d+$/, with: "")), step, "\(card.seed)", measured ?? "",
      String(format: "%.2g", Double(card.networks.map(\.bytes).reduce(0, +)) / 1e6), card.date,
    ]
    return "| " + cells.joined(separator: " | ") + " |"
  }
}
