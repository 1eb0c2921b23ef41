import TrainingAlgorithms
import Datasets
import Foundation
import GraphIR

extension RecipeNetwork {
  private enum Key: String, CaseIterable { case trajectories }

  /// Reads `{trajectories: steps.csv}`: a graph without inputs that outputs the steps of an expert. A run stores it
  /// like its networks. Observations and actions are concatenated, [M, S + A], with actions in [-1, 1].
  ///
  /// The file is in the recipe's folder, or one of the catalogue's if the recipe has no folder.
  ///
  /// - Throws: ``RecipeError`` if there is no such file or its steps are of another environment.
  init(trajectories value: RecipeValue, role: String, _ spaces: EnvironmentSpaces) throws(RecipeError) {
    let file = try value.mapping(of: Key.self).required(.trajectories)
    let steps = try Self.trajectories(file)
    let (states, actions) = (spaces.observationWidth, spaces.actionWidth)
    guard case .box(let box) = spaces.action, steps.observationWidth == states, steps.actionWidth == actions else {
      throw file.error(
        .badShape,
        "\(file.path) has observations of width \(steps.observationWidth) and actions of width \(steps.actionWidth), "
          + "expected \(states) and \(actions) as in the environment")
    }
    var rows = steps.rows
    for start in stride(from: states, to: rows.count, by: states + actions) {
      for column in 0..<actions {
        let (low, high, action) = (box.low[column], box.high[column], rows[start + column])
        // An action on a bound may have been rounded beyond it.
        guard action >= low - 1e-5 * (high - low), action <= high + 1e-5 * (high - low) else {
          throw file.error(
            .badValue,
            "\(file.path): action\(column) of step \(start / (states + actions) + 1) is \(action), "
              + "expected \(low) to \(high), the environment's bounds")
        }
        rows[start + column] = 2 * (action - low) / (high - low) - 1
      }
    }
    var builder = GraphBuilder(name: role)
    let constant = builder.constant(TensorValue(rows, shape: [steps.count, states + actions]))
    do {
      try builder.output(builder.add(.identity, [constant]))
    } catch {
      throw file.error(.badShape, "\(file.path) can't be stored", cause: error)
    }
    self.init(builder.graph)
  }

  private static func trajectories(_ file: RecipeValue) throws(RecipeError) -> Trajectories {
    let name = try file.text()
    do {
      if let folder = file.context.folder {
        let path = RecipeDocument.path(of: name, in: folder)
        return try Trajectories(csv: RecipeDocument.read(path, limit: GraphFile.sizeLimit), source: path)
      }
      guard let text = file.context.catalogue.trajectories[name] else {
        let known = file.context.catalogue.trajectories.keys.sorted().joined(separator: ", ")
        throw file.error(.badValue, "\(file.path) is '\(name)', expected one of the library's: \(known)")
      }
      return try Trajectories(csv: text, source: name)
    } catch let error as RecipeError {
      throw error
    } catch {
      throw file.error(.syntax, "\(file.path) is '\(name)', expected trajectories as CSV", cause: error)
    }
  }
}
