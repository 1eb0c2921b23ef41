import Autograd
import Foundation
import GraphIR
import NN
import TensorFiles

// Learns sin x on [-3, 3] with a loop of its own, saves the weights after each 500 steps, and starts from them the next
// time:
//   regression [weights.safetensors]
let file = CommandLine.arguments.dropFirst().first ?? "weights.safetensors"
var stream = RandomStream(seed: 1, name: "regression")
let model = try Sequential(
  "sine", input: [1], layers: [Linear(64), Activation.tanh, Linear(64), Activation.tanh, Linear(1)])
let optimizer = AdamW(rate: 1e-2)

var weights = model.initialParameters(from: &stream)
if FileManager.default.fileExists(atPath: file) {
  weights = try loadParameters(from: file)
  print("continued from \(file)")
}
var network = Network(model.graph, parameters: weights.mapValues { Tensor($0) }, requiresGrad: true)
var state = optimizer.initialState(for: weights.mapValues(\.type)).mapValues { Tensor($0) }

var loss = Tensor(0)
for step in 1...1000 {
  let x = Tensor(stream.uniform([128, 1], low: -3, high: 3))
  loss = Loss.mse(try network(x), x.sin())
  let result = try optimizer.step(network.parameters, network.gradients(of: loss), state, rate: nil)
  (network, state) = (network.updated(result.parameters), result.state)
  if step % 500 == 0 {
    try save(parameters: network.parameters.mapValues(\.value), to: file)
    print("step \(step): mean squared error \(loss.value.doubles[0])")
  }
}
guard loss.value.doubles[0] < 1e-2 else { fatalError("the network has not learned the sine") }
