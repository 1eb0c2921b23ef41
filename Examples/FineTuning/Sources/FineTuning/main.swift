import Autograd
import Foundation
import GraphIR
import NN
import ONNXFormat

// Continues the training of a critic that PyTorch wrote (make_critic.py) with a gradient penalty, and writes it again:
//   fine-tuning critic.onnx tuned.onnx
guard CommandLine.arguments.count == 3 else { fatalError("usage: fine-tuning INPUT.onnx OUTPUT.onnx") }
var model = try ONNXImporter().read(URL(filePath: CommandLine.arguments[1]))
let optimizer = Adam(rate: 1e-3)
let penalty = GradientPenalty(target: 1)
var stream = RandomStream(seed: 1, name: "fine-tuning")

var network = Network(model.graph, parameters: model.parameters.mapValues { Tensor($0) }, requiresGrad: true)
var state = optimizer.initialState(for: model.parameters.mapValues(\.type)).mapValues { Tensor($0) }
for step in 0...200 {
  // Two clouds of points in the plane, (±2, 0), whose scores are to differ as much as slopes of 1 allow.
  let noise = Tensor(stream.normal([128, 2]))
  let real = 0.3 * noise[0..<64] + Tensor([2, 0])
  let fake = 0.3 * noise[64..<128] - Tensor([2, 0])
  let slope = try penalty(network, real: real, fake: fake, alpha: Tensor(stream.uniform([64, 1])))
  let distance = try network(real).mean() - network(fake).mean()
  if step % 100 == 0 {
    print("step \(step): distance \(distance.value.doubles[0]), penalty \(slope.value.doubles[0])")
  }
  let gradients = try network.gradients(of: 10 * slope - distance)
  let result = try optimizer.step(network.parameters, gradients, state, rate: nil)
  (network, state) = (network.updated(result.parameters), result.state)
}
model.parameters = network.parameters.mapValues(\.value)
try ONNXExporter.write(model, to: URL(filePath: CommandLine.arguments[2]))
