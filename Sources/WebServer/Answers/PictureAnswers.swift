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
}
