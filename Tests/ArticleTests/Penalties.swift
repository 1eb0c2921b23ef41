import Autograd
import Foundation
import GraphIR
import NN
import Testing

extension ArticleTests {
  private func critic() throws -> Network {
    var stream = RandomStream(seed: 1, name: "example")
    let model = try Sequential("critic", input: [3], layers: [Linear(16), Activation.softplus, Linear(1)])
    let weights = model.initialParameters(from: &stream)
    return Network(model.graph, parameters: weights.mapValues { Tensor($0) }, requiresGrad: true)
  }

  @Test func penaltiesByHand() throws {
    var stream = RandomStream(seed: 2, name: "example")
    let critic = try critic()
    let (real, fake) = (Tensor(stream.normal([8, 3])), Tensor(stream.normal([8, 3])))
    let alpha = Tensor(stream.uniform([8, 1]))

    let between = (alpha * real + (1 - alpha) * fake).detached(requiresGrad: true)
    let slopes = try grad(critic(between).sum(), between, createGraph: true)
    let penalty = (slopes.norm(axis: 1) - 1).squared().mean()
    let gradients = try critic.gradients(of: penalty)

    let same = try GradientPenalty()(critic, real: real, fake: fake, alpha: alpha)
    #expect(abs(same.value.doubles[0] - penalty.value.doubles[0]) < 1e-6)
    #expect(Set(gradients.keys) == Set(critic.trainableNames))
  }

  @Test func penaltiesOfTheLibrary() throws {
    var stream = RandomStream(seed: 2, name: "example")
    let critic = try critic()
    let (real, gamma) = (Tensor(stream.normal([8, 3])), 10.0)

    let r1 = try gamma / 2 * GradientPenalty(target: 0)(critic, at: real)
    let smooth = try GradientPenalty(target: 0, output: .jacobian)(critic, at: real)

    #expect(abs(r1.value.doubles[0] - 5 * smooth.value.doubles[0]) < 1e-4)
  }
}
