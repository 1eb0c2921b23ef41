import ZooCommands
import ZooKit

// The library's command line with one algorithm and one model more:
//   dqn train dqn-cartpole --seed 1
//   dqn resume RUN
//   dqn eval RUN
var catalogue = Catalogue.standard
catalogue.add(DQNSettings.self)
catalogue.add(
  model: """
    name: dqn-cartpole
    summary: Double DQN balances a pole
    licence: MIT
    references: [arXiv:1509.06461]
    algorithm: dqn
    env: CartPole-v1
    networks:
      q: {layers: [{linear: 256}, relu, {linear: 256}, relu]}
    settings:
      rate: 2.3e-3
      batch: 64
      capacity: 100000
      learningStarts: 1000
      updateEvery: 256
      updates: 128
      tau: 1
      targetInterval: 128
      epsilon: {final: 0.04, fraction: 0.16}
    evaluation: {every: 5000, episodes: 10}
    steps: 50000
    checkpoint: {every: 5000}
    """, file: "dqn-cartpole.yaml")
ZooProgram(
  name: "dqn", abstract: "Trains agents by double deep Q-learning.", catalogue: catalogue,
  commands: [BestCommand.self]
).main()
