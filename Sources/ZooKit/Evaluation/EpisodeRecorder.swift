import TrainingAlgorithms
import Datasets
import Environments

/// Keeps the observations and actions of episodes, several of which run at the same time.
struct EpisodeRecorder {
  private let spaces: EnvironmentSpaces
  private let actionWidth: Int
  private var running = 0..<0
  /// The rows of each episode, and of the steps after its end.
  private var rows: [Int: [Float]] = [:]

  init(_ spaces: EnvironmentSpaces) {
    self.spaces = spaces
    actionWidth = if case .box(let box) = spaces.action { box.count } else { spaces.firstChoices.count }
  }

  /// Begins episodes and drops their earlier rows.
  mutating func begin(_ episodes: Range<Int>) {
    running = episodes
    for episode in episodes { rows[episode] = [] }
  }

  /// Records a step of every running episode.
  ///
  /// - Parameters:
  ///   - observations: the observations [envs, S], concatenated rows.
  ///   - actions: the environment's actions; discrete actions are recorded as the environment numbers them.
  mutating func record(_ observations: [Float], _ actions: ActionBatch) {
    let numbers: [Float] =
      switch actions {
      case .discrete(let choices), .multiDiscrete(let choices):
        choices.enumerated().map { Float($1 + spaces.firstChoices[$0 % actionWidth]) }
      case .continuous(let values): values
      }
    let width = spaces.observationWidth
    for (copy, episode) in running.enumerated() {
      rows[episode, default: []] += observations[copy * width..<(copy + 1) * width]
      rows[episode, default: []] += numbers[copy * actionWidth..<(copy + 1) * actionWidth]
    }
  }

  /// The first steps of each episode, `lengths` many, concatenated.
  func trajectories(lengths: [Int]) -> Trajectories {
    let width = spaces.observationWidth + actionWidth
    return Trajectories(
      observationWidth: spaces.observationWidth, actionWidth: actionWidth,
      episodes: lengths.enumerated().flatMap { [Int](repeating: $0, count: $1) },
      rows: lengths.enumerated().flatMap { (rows[$0] ?? []).prefix($1 * width) })
  }
}
