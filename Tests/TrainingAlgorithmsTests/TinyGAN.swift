import Checkpointing
import TrainingAlgorithms
import Datasets
import GraphIR
import NN

/// A WGAN-GP small enough for the reference kernels: images of 2 × 2, all kinds of layers.
enum TinyGAN {
  /// Ten images. With batches of 4, an epoch has two batches, and two images are left over.
  static let data = ArrayDataset(
    sampleShape: [1, 2, 2], values: (0..<40).map { Float(($0 * 17 + 5) % 41) / 20.5 - 1 })

  static func generator(dtype: DataType = .float32) throws -> Sequential {
    try Sequential(
      "generator", input: [3],
      layers: [Linear(5), BatchNorm(eps: 0.8), Activation.leakyRelu(0.2), Linear(4), Activation.tanh], dtype: dtype)
  }

  static func critic(dtype: DataType = .float32) throws -> Sequential {
    try Sequential(
      "critic", input: [4], layers: [Linear(6), Activation.leakyRelu(0.2), Linear(5), Activation.softplus, Linear(1)],
      dtype: dtype)
  }

  static func algorithm(
    dtype: DataType = .float32, _ adjust: (inout WGANGPSettings) -> Void = { _ in }
  ) throws -> WGANGP {
    var settings = WGANGPSettings()
    settings.batch = 4
    settings.criticSteps = 3
    settings.optimizer = AnyOptimizer(Adam(rate: 1e-2, betas: [0.5, 0.999]))
    adjust(&settings)
    return try WGANGP(generator: generator(dtype: dtype).graph, critic: critic(dtype: dtype).graph, settings: settings)
  }

  static func parameters(seed: UInt64 = 7, dtype: DataType = .float32) throws -> [String: TensorValue] {
    var stream = RandomStream(seed: seed, name: "init")
    var parameters: [String: TensorValue] = [:]
    for (role, network) in [("generator", try generator(dtype: dtype)), ("critic", try critic(dtype: dtype))] {
      for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
    }
    return parameters
  }

  static func trainer(
    seed: UInt64 = 7, data: ArrayDataset = data, on kernels: Kernels = .plan,
    _ adjust: (inout WGANGPSettings) -> Void = { _ in }
  ) throws -> any Trainer {
    try algorithm(adjust).begin(setup(data: data, seed: seed, kernels), parameters: parameters(seed: seed))
  }

  static func setup(data: any Dataset = data, seed: UInt64 = 7, _ kernels: Kernels = .plan) -> TrainingSetup {
    TrainingSetup(data: data, seed: seed, target: 100, makeRunner: kernels.makeRunner)
  }

  /// A trainer that continues from a state.
  static func trainer(resuming state: TrainingState, on kernels: Kernels = .plan) throws -> any Trainer {
    try algorithm().resume(setup(kernels), state)
  }
}
