import Foundation

/// The answer of a worker to its first request, checked.
struct GymnasiumDescription {
  let observationSpace: Box
  let observationParts: [ObservationPart]
  let actionSpace: ActionSpace
  let timeLimit: Int
  let savingObstacle: String?
  let seedingObstacle: String?

  /// Reads the answer to a request that has been sent.
  init(from worker: PythonWorker) throws(EnvironmentError) {
    let answer = try worker.answer(isStart: true)
    let summary: GymnasiumSummary
    do {
      summary = try JSONDecoder().decode(GymnasiumSummary.self, from: Data(answer))
    } catch {
      throw worker.fail("the environment's worker sent an invalid description: \(error)")
    }
    guard summary.protocol == GymnasiumSummary.protocolVersion, let observationSpace = summary.observation.box,
      let parts = summary.observation.parts, parts.last?.places.upperBound == observationSpace.count,
      let actionSpace = summary.action.space
    else { throw worker.fail("the environment's worker sent invalid spaces: \(summary)") }
    (self.observationSpace, observationParts, self.actionSpace) = (observationSpace, parts, actionSpace)
    timeLimit = summary.timeLimit ?? .max
    (savingObstacle, seedingObstacle) = (summary.obstacle, summary.seedingObstacle)
  }
}
