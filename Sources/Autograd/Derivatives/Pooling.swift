import GraphIR

/// Adds each gradient to the greatest element of its window, within each image. Reading those elements is the adjoint.
/// Derivatives of any order need no further operators.
func maxPoolDerivative(_ call: TapedCall, _ g: Tensor) throws -> Tensor {
  let shape = try call.staticShape(0)
  var attributes = call.node.attributes
  attributes["storage_order"] = nil
  let indices = try noGrad { try apply(.maxPool, [call.input(0)], attributes, outputCount: 2)[1] }
  let (images, size) = (shape[0] * shape[1], shape.dropFirst(2).reduce(1, *))
  let windows: Shape = [images, g.shape.dropFirst(2).reduce(1, *)]
  // The indices count over all images.
  let starts = Tensor(TensorValue(integers: (0..<images).map { $0 * size }).reshaped(to: [images, 1]))
  return Tensor.zeros([images, size], dtype: g.dtype)
    .scatteredElements(indices.reshaped(to: windows) - starts, g.reshaped(to: windows), axis: 1, .add)
    .reshaped(to: shape)
}
