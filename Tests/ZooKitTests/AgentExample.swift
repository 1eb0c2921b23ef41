/// Recipes of agents, for use unchanged or with one change.
enum AgentExample {
  static let ppo = """
    name: pole
    summary: A small agent
    algorithm: ppo
    env: CartPole-v1
    networks:
      actor: {layers: [{linear: 6}, tanh]}
      critic: {layers: [{linear: 5}, relu, {linear: 3}, tanh]}
    settings:
      envs: 3
      timeLimit: 90
      normalize: {observation: true}
      rolloutSteps: 4
      batch: 6
      epochs: 2
      gamma: 0.98
      gaeLambda: 0.8
      truncation: terminal
      rate: {linear: 1e-3}
      clipRange: 0.1
      valueClipRange: {linear: 0.3}
      normalizeAdvantage: false
      entropyCoefficient: 0.01
      valueCoefficient: 0.25
      maxGradientNorm: 5
      targetKL: 0.02
      orthogonal: false
      optimizer: {adam: {betas: [0.8, 0.9], eps: 1e-6}}
      penalty: {network: critic, weight: 0.5, target: 1, sided: one, reduction: elementwise, output: sum, p: 1, \
    eps: 1e-9}
    evaluation: {every: 30, episodes: 2}
    steps: 60
    checkpoint: {every: 12, keep: {last: 2}}

    """

  static let a2c = """
    name: swing
    summary: A small agent
    algorithm: a2c
    env: Pendulum-v1
    networks:
      actor: {layers: [{linear: 6}, tanh]}
      critic: {layers: []}
    settings:
      normalize: true
      exploration: {stateDependent: true, every: 3, logDeviation: -1.5}
      optimizer: {rmsprop: {alpha: 0.9, eps: 1e-4}}
    steps: 60

    """
}
