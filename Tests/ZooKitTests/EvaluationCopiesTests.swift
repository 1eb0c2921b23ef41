import TrainingAlgorithms
import Environments
import ZooKit
import RunStore
import Testing

/// Evaluations in several parallel environments.
@Suite struct EvaluationCopiesTests {
  @Test(arguments: ["ppo-pendulum", "sac-pendulum", "ppo-cartpole"])
  func theNumberOfCopiesDecidesNothing(_ model: String) throws {
    let tiny = try TinyZoo()
    var outcomes: [TinyZoo.Outcome] = []
    var recorded: [String] = []
    for envs in [nil, 1, 3, 5, 100] {
      let settings = ["timeLimit=60", "evaluation.episodes=5"] + (envs.map { ["evaluation.envs=\($0)"] } ?? [])
      let recipe = try Recipe.small(model).setting(settings)
      let run = try tiny.zoo.train(recipe, steps: 60, seed: 7, options: tiny.options())
      outcomes.append(try tiny.outcome(run))
      // Actions are drawn, and there is noise.
      recorded.append(try tiny.zoo.record(run.id, episodes: 7, seed: 3, noise: 0.1).trajectories.csv)
    }
    #expect(outcomes[0].metrics.count { $0.key == Metric.evaluation } == 3)
    for index in 1..<outcomes.count {
      #expect(outcomes[index] == outcomes[0])
      #expect(recorded[index] == recorded[0])
    }
  }

  /// The recorded actions, applied to the environment again, lead to the recorded observations.
  @Test(arguments: ["sac-pendulum", "ppo-pendulum", "td3-mountaincar", "ppo-acrobot"], [true, false])
  func recordsAreWhatTheEnvironmentGot(_ model: String, _ isDeterministic: Bool) throws {
    let tiny = try TinyZoo()
    let recipe = try Recipe.small(model).setting(["timeLimit=40", "evaluation.every=0"])
    let run = try tiny.zoo.train(recipe, steps: 40, seed: 7, options: tiny.options())
    let trajectories = try tiny.zoo.record(run.id, episodes: 3, seed: 5, isDeterministic: isDeterministic).trajectories
    let settings = try #require(recipe.environment)
    let (width, actionWidth) = (trajectories.observationWidth, trajectories.actionWidth)
    #expect(Set(trajectories.episodes) == [0, 1, 2])
    for episode in 0..<3 {
      var environment = try EnvironmentID(named: settings.id).make(seed: 5 + UInt64(episode), timeLimit: 40)
      for step in trajectories.episodes.indices where trajectories.episodes[step] == episode {
        let row = Array(trajectories.rows[step * (width + actionWidth)..<(step + 1) * (width + actionWidth)])
        try #require(environment.observation == Array(row[..<width]), "episode \(episode), step \(step)")
        let numbers = Array(row[width...])
        switch environment.actionSpace {
        case .discrete: _ = try environment.step(.discrete(Int(numbers[0])))
        case .multiDiscrete, .multiBinary: Issue.record("several actions at once")
        case .box(let box):
          #expect(box.contains(numbers))
          _ = try environment.step(.continuous(numbers))
        }
      }
      #expect(environment.isOver)
    }
  }
}
