/// A recipe that uses every key, for use unchanged or with one change.
enum RecipeExample {
  static let text = """
    name: small
    summary: A small recipe
    licence: MIT
    references: [arXiv:1704.00028]
    algorithm: wgan-gp
    dataset: fashion-mnist
    networks:
      generator: {input: [4], layers: [{linear: 8}, batch-norm, relu, {linear: 6}, tanh]}
      critic:
        input: [6]
        layers:
          - linear: 3
          - leaky-relu: 0.2
          - linear: 1
    settings:
      batch: 8
      criticSteps: 2
      penalty: {weight: 5, target: 0, sided: one, reduction: elementwise, at: real}
      optimizer: {adam: {rate: 1e-3, betas: [0.25, 0.75], eps: 1e-4}}
    steps: 1_000
    checkpoint: {every: 10, keep: {last: 2, every: 50}}

    """
}
