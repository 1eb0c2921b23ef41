import Autograd
import GraphIR
import NN

/// The largest eigenvalue, in magnitude, of the Hessian of a loss, by power iteration on Hessian-vector products.
///
/// A product H·v is the gradient of the inner product of the gradient with v: two backward passes, and no matrix.
func largestEigenvalue(
  of loss: (Tensor) throws -> Tensor, at point: Tensor, iterations: Int, from stream: inout RandomStream
) throws -> Double {
  let x = point.detached(requiresGrad: true)
  guard let gradient = try grad([loss(x)], [x], createGraph: true)[0] else { return 0 }
  var v = Tensor(stream.normal(point.shape))
  var eigenvalue = 0.0
  for _ in 0..<iterations {
    v = v / v.squared().sum().sqrt()
    guard let product = try grad([(gradient * v).sum()], [x], retainGraph: true)[0] else { return 0 }
    eigenvalue = (product * v).sum().value.doubles[0]
    v = product
  }
  return eigenvalue
}

// ½ xᵀAx has the Hessian A; that of A = diag(1, 2, …, 20) has the largest eigenvalue 20.
var stream = RandomStream(seed: 7, name: "hessian")
let diagonal = Tensor(TensorValue((1...20).map { Float($0) }))
let quadratic = try largestEigenvalue(
  of: { 0.5 * (diagonal * $0.squared()).sum() }, at: Tensor(TensorValue([Float](repeating: 1, count: 20))),
  iterations: 300, from: &stream)
print("diag(1 … 20): \(quadratic), expected 20")
guard abs(quadratic - 20) < 1e-2 else { fatalError("power iteration has not converged") }

/// The mean squared error of a network with one hidden layer, as a function of its weights in one vector.
struct Network {
  let inputs: Tensor
  let targets: Tensor

  func loss(_ weights: Tensor) -> Tensor {
    let (first, second) = (weights[0..<24].reshaped([3, 8]), weights[24..<32].reshaped([8, 1]))
    return (inputs.matmul(first).tanh().matmul(second) - targets).squared().mean()
  }
}
let inputs = Tensor(stream.normal([64, 3]))
let network = Network(inputs: inputs, targets: inputs.sum([1], keepDims: true).sin())
let eigenvalue = try largestEigenvalue(
  of: network.loss, at: Tensor(stream.normal([32])), iterations: 100, from: &stream)
print("a network with 32 weights: \(eigenvalue)")
