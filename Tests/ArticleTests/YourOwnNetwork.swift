import Autograd
import Foundation
import GraphIR
import NN
import RunStore
import Testing
import TestSupport
import ZooKit

/// sin(ωx), the activation of arXiv:2006.09661.
struct Sine: Layer {
  static let kind = "sine"
  let frequency: Double

  func callAsFunction(_ x: Tensor, in scope: LayerScope) throws -> Tensor { (x * frequency).sin() }
}

extension ArticleTests {
  @Test func trainYourOwnNetwork() throws {
    let (store, images) = (try path("zoo.sqlite"), try images())

    var catalogue = Catalogue.standard
    catalogue.add(layer: "sine") { (options) throws(RecipeError) in
      Sine(frequency: try options.required("{sine: 2}").number())
    }
    let recipe = try Recipe(
      yaml: """
        name: waves
        summary: A critic of sines
        licence: MIT
        algorithm: wgan-gp
        dataset: fashion-mnist
        networks:
          generator: {input: [8], layers: [{linear: 64}, relu, {linear: 784}, tanh]}
          critic: {input: [784], layers: [{linear: 32}, {sine: 2}, {linear: 1}]}
        settings: {batch: 16, optimizer: {adam: {rate: 1e-3}}}
        steps: 20
        """, source: "waves.yaml", catalogue: catalogue)
    let zoo = try ModelZoo(at: store, catalogue: catalogue)
    let run = try zoo.train(recipe, seed: 1, options: TrainingOptions(data: images))

    let stored = try zoo.network(run.id, "critic")
    let critic = Network(stored.graph, parameters: stored.parameters.mapValues { Tensor($0) })
    let scores = try critic(Tensor.zeros([4, 784]))

    #expect(scores.shape == [4, 1] && run.status == .done)
    #expect(stored.graph.nodes.contains { $0.op == .sin })
  }

  @Test func aLoopOfYourOwn() throws {
    var stream = RandomStream(seed: 1, name: "example")
    let model = try Sequential("critic", input: [2], layers: [Linear(32), Activation.tanh, Linear(1)])
    let weights = model.initialParameters(from: &stream)
    var critic = Network(model.graph, parameters: weights.mapValues { Tensor($0) }, requiresGrad: true)
    let optimizer = Adam(rate: 1e-2, betas: [0.5, 0.9])
    var state = optimizer.initialState(for: weights.mapValues(\.type)).mapValues { Tensor($0) }

    for _ in 1...100 {
      let (real, fake) = (Tensor(stream.normal([64, 2])), Tensor(stream.normal([64, 2])) + 2)
      let penalty = try GradientPenalty(target: 0)(critic, at: real)
      let loss = try critic(fake).mean() - critic(real).mean() + 5 * penalty
      let step = try optimizer.step(critic.parameters, critic.gradients(of: loss), state)
      (critic, state) = (critic.updated(step.parameters), step.state)
    }

    let difference = try critic(Tensor.zeros([1, 2])) - critic(Tensor.full([1, 2], 2))
    #expect(difference.value.doubles[0] > 0.1)
  }
}
