import Foundation
import RunStore
import ZooKit

/// The distributions of a checkpoint's weights, or of their changes since an earlier checkpoint.
struct WeightsPage {
  private let zoo: ModelZoo
  private let run: Run
  private let steps: [Int]
  private let step: Int
  private let since: Int?

  /// - Throws: `StoreError` if there is no such run; ``ServerError`` with code `badRequest` for a step without a
  ///   checkpoint.
  init(_ id: String, _ query: Query, _ zoo: ModelZoo) throws {
    self.zoo = zoo
    run = try zoo.store.run(id)
    let steps = try zoo.store.checkpoints(of: id).map(\.id.step)
    func chosen(_ name: String) throws -> Int? {
      guard let text = query[name] else { return nil }
      guard let step = Int(text), steps.contains(step) else {
        let known = steps.map(String.init).joined(separator: ", ")
        throw ServerError(
          .badRequest, "\(name): expected the step of a checkpoint, \(known); found '\(text.prefix(40))'")
      }
      return step
    }
    self.steps = steps
    step = try chosen("step") ?? steps.first ?? 0
    since = try chosen("since")
  }

  private struct Figure {
    let image, text: String
  }

  private struct Content {
    let title, run, address: String
    let steps, earlier: [CurveFields.Choice]
    let figures: [Figure]
  }

  private var address: String { "/runs/\(run.id)" }

  /// The page.
  ///
  /// - Throws: `StoreError` if the file can't be read.
  func answer() throws -> Answer {
    func choice(_ step: Int, _ chosen: Int?) -> CurveFields.Choice {
      CurveFields.Choice(value: "\(step)", label: "step \(Format.count(step))", isChosen: step == chosen)
    }
    let figures = try zoo.store.runGraphs(of: run.id).weightNames.map { name in
      var items = [(name: "tensor", value: name), ("step", "\(step)")]
      if let since { items.append(("since", "\(since)")) }
      return Figure(
        image: "\(address)/weights.svg\(Query.text(items))", text: "The distribution of \(name)")
    }
    let none = CurveFields.Choice(value: "", label: "none", isChosen: since == nil)
    let content = Content(
      title: "Weights of \(run.title)", run: run.id, address: address, steps: steps.map { choice($0, step) },
      earlier: [none] + steps.map { choice($0, since) }, figures: figures)
    return Templates.page("weights", title: "Weights of \(run.title)", content)
  }

  /// The drawing of a tensor.
  ///
  /// - Throws: `StoreError` if there is no such tensor.
  func drawing(_ tensor: String) throws -> Answer {
    .svg(try WeightPlot(tensor, step: step, since: since).plot(of: run.id, in: zoo.store).svg())
  }
}
