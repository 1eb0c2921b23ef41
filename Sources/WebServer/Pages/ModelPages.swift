import Foundation
import ZooKit

/// The table of models, and the page of one.
enum ModelPages {
  private struct Row {
    let name, algorithm, data, steps, trained, summary: String
  }

  private struct List {
    let models: [Row]
  }

  /// The table.
  ///
  /// - Throws: `RecipeError` for a recipe of the catalogue that is wrong.
  static func list(_ catalogue: Catalogue) throws -> Answer {
    let models = try ModelSummary.all(catalogue).map {
      Row(
        name: $0.name, algorithm: $0.algorithm, data: $0.data, steps: Format.count($0.steps),
        trained: $0.isTrained ? "yes" : "", summary: $0.summary)
    }
    return Templates.page("models", title: "Models", List(models: models))
  }

  private struct Fact {
    let name, value: String
  }

  private struct Evaluation {
    let quantity, value, interval, conditions: String
  }

  private struct File {
    let address, name, role, size: String
  }

  private struct Page {
    let name, summary, recipe, command: String
    let facts: [Fact]
    let hasCard: Bool
    let evaluations: [Evaluation]
    let files: [File]
  }

  /// The page of a model.
  ///
  /// - Throws: ``ServerError`` with code `notFound` if there is no such model; `ModelZooError` for a damaged card.
  static func page(_ name: String, _ catalogue: Catalogue) throws -> Answer {
    guard let text = catalogue.models["\(name).yaml"],
      let model = try ModelSummary.all(catalogue).first(where: { $0.name == name })
    else { throw ServerError(.notFound, "there is no model '\(name.prefix(100))'") }
    let card = model.isTrained ? try catalogue.trainedModel("\(name)\(TrainedModel.ending)")?.card : nil
    let page = Page(
      name: name, summary: model.summary, recipe: text, command: card?.command ?? "",
      facts: [
        Fact(name: "Algorithm", value: model.algorithm), Fact(name: "Data", value: model.data),
        Fact(name: "Steps", value: Format.count(model.steps)),
      ],
      hasCard: card != nil,
      evaluations: (card?.evaluations ?? []).map {
        Evaluation(
          quantity: $0.quantity, value: Format.metric($0.value),
          interval: ($0.interval ?? []).map(Format.metric).joined(separator: " to "),
          conditions: "\(Format.count($0.count)) \($0.conditions)")
      },
      files: (card?.networks ?? []).map {
        File(
          address: "/models/\(name)/\(Query.encoded($0.role)).onnx", name: $0.file, role: $0.role,
          size: Format.bytes($0.bytes))
      })
    return Templates.page("model", title: name, page)
  }

  /// The file of a trained network.
  ///
  /// - Throws: ``ServerError`` with code `notFound` if there is none; `ModelZooError` for a damaged file.
  static func file(_ name: String, _ file: String, _ catalogue: Catalogue) throws -> Answer {
    guard let role = file.hasSuffix(".onnx") ? String(file.dropLast(".onnx".count)) : nil,
      catalogue.trainedNames.contains(name), let trained = try catalogue.trainedModel("\(name)\(TrainedModel.ending)"),
      let network = trained.card.networks.first(where: { $0.role == role })
    else { throw ServerError(.notFound, "there is no trained network '\(file.prefix(100))' of '\(name.prefix(100))'") }
    return Answer("application/octet-stream", try trained.data(role), fileName: network.file)
  }
}
