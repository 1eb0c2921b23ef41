import TrainingAlgorithms
import Autograd
import Datasets
import GraphRuntime
import Foundation
import GraphIR
import ZooKit

// Times updates of a critic call by call, on the tape: no graph of the step is traced, and nothing is compiled. An
// update includes drawing the batch and the random numbers. Prints JSON as `zoo bench` does. `critic_step.py` compares
// it with PyTorch.
//
//     CriticStep [--model wgan-gp-fashion-conv] [--bench 100] [--threads 1] [--data DIR]

struct Timing: Codable {
  let framework: String
  let threads, iterations: Int
  let medianMilliseconds, p10Milliseconds, p90Milliseconds: Double
}

func argument(_ name: String) -> String? {
  CommandLine.arguments.firstIndex(of: name).flatMap { CommandLine.arguments.dropFirst($0 + 1).first }
}

/// The initial parameters of a recipe's networks and the zeros of its optimisers.
func initialState(_ recipe: Recipe, _ algorithm: WGANGP, _ data: any Dataset) throws -> NamedTensors {
  var stream = RandomStream(seed: 7, name: "parameters")
  var parameters: [String: TensorValue] = [:]
  for (role, network) in recipe.networks.sorted(by: { $0.key < $1.key }) {
    for (name, value) in network.initialParameters(from: &stream) { parameters["\(role)/\(name)"] = value }
  }
  let setup = TrainingSetup(data: data, seed: 7, target: 1, programs: [:]) { try EagerRunner($0, tensors: $1) }
  return try algorithm.begin(setup, parameters: parameters).state.tensors.mapValues { Tensor($0) }
}

func time(_ recipe: Recipe, iterations: Int, threads: Int, data directory: URL?) throws -> Timing {
  guard let settings = recipe.settings as? WGANGPSettings, let generator = recipe.networks["generator"]?.graph,
    let critic = recipe.networks["critic"]?.graph
  else { preconditionFailure("the recipe '\(recipe.name)': expected a WGAN-GP") }
  let data = try recipe.data(at: DatasetLocation(directory), .standard).data
  let algorithm = try WGANGP(generator: generator, critic: critic, settings: settings)
  let batch = settings.batch
  let sample = critic.inputs[0].type.shape.dropFirst()
  let latent = generator.inputs[0].type.shape.dropFirst()
  var state = try initialState(recipe, algorithm, data)
  var shuffle = Shuffle(count: data.count, key: 7)
  var stream = RandomStream(seed: 7, name: "draws")

  func update() throws -> Double {
    let start = ContinuousClock.now
    let real = Tensor(TensorValue(data.samples(try shuffle.next(batch)), shape: Shape([batch] + sample)))
    let noise = Tensor(stream.normal(Shape([batch] + latent)))
    let alpha = Tensor(stream.uniform(Shape([batch] + sample.map { _ in 1 })))
    state = try algorithm.criticStep(state, real: real, noise: noise, alpha: alpha).state
    return (ContinuousClock.now - start) / .milliseconds(1)
  }
  let times = try CurrentBackend.$value.withValue(CPUBackend(threads: threads)) {
    for _ in 0..<25 { _ = try update() }
    return try (0..<iterations).map { _ in try update() }.sorted()
  }
  func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(share * Double(times.count)))] }
  return Timing(
    framework: "zoo, on the tape", threads: threads, iterations: iterations, medianMilliseconds: percentile(0.5),
    p10Milliseconds: percentile(0.1), p90Milliseconds: percentile(0.9))
}

let timing = try time(
  Recipe.named(argument("--model") ?? "wgan-gp-fashion-conv"),
  iterations: max(1, argument("--bench").flatMap { Int($0) } ?? 100),
  threads: max(1, argument("--threads").flatMap { Int($0) } ?? 1),
  data: argument("--data").map { URL(filePath: $0) })
print(String(decoding: try JSONEncoder().encode(timing), as: UTF8.self))
