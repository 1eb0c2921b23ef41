import TrainingAlgorithms
import Autograd
import GraphIR
import NN

/// A GAN with the hinge loss and the R1 penalty, which differentiates the critic's input gradient again.
///
/// Sources: Lim and Ye, arXiv:1705.02894; Mescheder, Geiger, Nowozin, arXiv:1801.04406, equation 9.
struct HingeGAN: Algorithm {
  let generator: Graph
  let critic: Graph
  let settings: HingeGANSettings

  var roles: [String: Graph] { ["generator": generator, "critic": critic] }
  var cycle: Int { 1 }
  var firstUpdate: FirstUpdate { FirstUpdate(step: 1, arithmetic: "every step updates both networks") }

  /// Both networks and their optimisers.
  var stateTypes: [String: TensorType] {
    var types = parameterTypes
    for (role, graph) in roles {
      types.merge(settings.optimizer.base.stateTypes(for: graph), under: "\(role)/\(settings.optimizer.name)")
    }
    return types
  }

  /// E[max(0, 1 − D(x))] + E[max(0, 1 + D(G(z)))] + γ/2 E‖∇D(x)‖².
  func criticStep(_ state: NamedTensors, real: Tensor, noise: Tensor) throws -> StepResult {
    let fake = try Network(generator, parameters: state.scoped("generator"))(noise)
    let critic = Network(critic, parameters: state.scoped("critic"), requiresGrad: true)
    let (scores, statistics) = try critic.training(real)
    let hinge = try (1 - scores).relu().mean() + (1 + critic(fake)).relu().mean()
    let penalty = try GradientPenalty(target: 0)({ try critic($0) }, at: real)
    let loss = hinge + settings.gamma / 2 * penalty
    var next = try state.updated(
      by: settings.optimizer.base, role: "critic", critic.parameters, gradients: critic.gradients(of: loss))
    next.merge(statistics, under: "critic")
    return (next, ["critic": hinge, "r1": penalty])
  }

  /// −E[D(G(z))].
  func generatorStep(_ state: NamedTensors, noise: Tensor) throws -> StepResult {
    let generator = Network(generator, parameters: state.scoped("generator"), requiresGrad: true)
    let (fake, statistics) = try generator.training(noise)
    let loss = -(try Network(critic, parameters: state.scoped("critic"))(fake).mean())
    var next = try state.updated(
      by: settings.optimizer.base, role: "generator", generator.parameters, gradients: generator.gradients(of: loss))
    next.merge(statistics, under: "generator")
    return (next, ["generator": loss])
  }

  func programs() throws -> [String: Graph] {
    func input(_ program: ProgramBuilder, _ name: String, _ graph: Graph) throws -> Tensor {
      let type = graph.inputs[0].type
      return try program.input(name, TensorType(type.dtype, Shape([settings.batch] + type.shape.dropFirst())))
    }
    func program(_ name: String, _ step: (ProgramBuilder) throws -> StepResult) throws -> Graph {
      let program = try ProgramBuilder(name, state: stateTypes)
      let result = try step(program)
      try program.output(result.metrics)
      program.update(to: result.state)
      return program.graph
    }
    return [
      "critic": try program("critic") {
        try criticStep($0.state, real: input($0, "data/real", critic), noise: input($0, "normal/noise", generator))
      },
      "generator": try program("generator") {
        try generatorStep($0.state, noise: input($0, "normal/noise", generator))
      },
    ]
  }

  func trainer(_ setup: TrainingSetup, _ runner: any ProgramRunner) throws -> any Trainer {
    let data = try setup.samples(for: critic, batch: settings.batch)
    return HingeGANTrainer(batch: settings.batch, data: data, seed: setup.seed, runner: runner)
  }
}
