import Foundation

/// The answer of a worker to its first request, checked.
struct GymnasiumDescription {
  let observationSpace: Box
  let actionSpace: ActionSpace
  let timeLimit: Int
  let savingObstacle: String?
  let seedingObstacle: String?

  init(of request: GymnasiumRequest, from worker: PythonWorker) throws(EnvironmentError) {
    let message: Data
    do {
      message = try JSONEncoder().encode(request)
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
      let actionSpace = summary.action.space
    else { throw worker.fail("the environment's worker sent invalid spaces: \(summary)") }
    (self.observationSpace, self.actionSpace) = (observationSpace, actionSpace)
    timeLimit = summary.timeLimit ?? .max
    (savingObstacle, seedingObstacle) = (summary.obstacle, summary.seedingObstacle)
  }
}
