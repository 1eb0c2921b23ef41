import Foundation
import Rendering
import RunStore
import ZooKit

/// Pictures of runs.
enum PictureAnswers {
  /// A picture that a run has kept.
  ///
  /// - Parameters:
  ///   - name: its kind, such as `samples`.
  ///   - file: its step with the ending `.png`.
  ///   - run: the run's id.
  /// - Throws: ``ServerError`` with code `notFound` if there is none; `StoreError`.
  static func picture(_ name: String, _ file: String, of run: String, _ zoo: ModelZoo) throws -> Answer {
    guard file.hasSuffix(".png"), let step = Int(file.dropLast(".png".count)),
      let png = try zoo.store.picture(name, at: step, of: run)
    else {
      throw ServerError(.notFound, "run \(run.prefix(40)) has no picture '\(name.prefix(40))/\(file.prefix(40))'")
    }
    return .png(png)
  }

  /// Whether an episode can be drawn without a process of Python: the library draws the run's environment.
  static func hasFilm(_ run: Run, _ zoo: ModelZoo) -> Bool {
    let specification = try? RunSpecification(json: run.settings, run: run.id, catalogue: zoo.catalogue)
    return Film.draws(specification?.settings.agent?.environment.id ?? "")
  }

  /// An episode of an agent's policy from seed 0 at the checkpoint in the parameter `checkpoint`: a step, `latest`, the
  /// default, or `best`.
  ///
  /// - Throws: ``ServerError`` with code `notFound` if the run has no film; `StoreError` if there is no such
  ///   checkpoint.
  static func film(of id: String, _ query: Query, _ zoo: ModelZoo) throws -> Answer {
    let run = try zoo.store.run(id)
    guard hasFilm(run, zoo) else {
      throw ServerError(.notFound, "run \(run.id) has no film here; 'zoo play \(run.id)' draws any environment")
    }
    let (film, _) = try zoo.source("\(run.id)@\(query["checkpoint"] ?? "latest")").film()
    return Answer("image/gif", try film.data(ending: "gif"))
  }
}
