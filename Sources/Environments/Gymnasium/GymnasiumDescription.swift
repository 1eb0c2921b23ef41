import Foundation

/// The answer of a worker to its first request, checked.
struct GymnasiumDescription {
  let observationSpace: Box
  let observationParts: [ObservationPart]
  let actionSpace: ActionSpace
  let timeLimit: Int
  let savingObstacle: String?
  let seedingObstacle: String?

  init(of request: GymnasiumRequest, from worker: PythonWorker) throws(EnvironmentError) {
    // The order of arguments is part of an environment's pickle.
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let message: Data
    do {
      message = try encoder.encode(request)
    } catch {
      throw EnvironmentError(.invalidSetting, "\(request.id): its arguments can't be written as JSON", cause: error)
    }
    let answer = try worker.start(message)
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
