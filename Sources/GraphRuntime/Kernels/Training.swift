import CKernels
import GraphIR

extension Kernels {
  static func batchNormalization(_ call: EvaluationContext) -> [TensorValue]? {
    let x = call.input(0)
    let shape = ZKBatchNormShape(
      samples: x.shape[0], channels: x.shape[1], spatial: x.shape.dropFirst(2).reduce(1, *))
    let (scale, bias) = (call.input(1).storage.pointer, call.input(2).storage.pointer)
    let (mean, variance) = (call.input(3).storage.pointer, call.input(4).storage.pointer)
    let epsilon = Double(call.attributes.float("epsilon") ?? 0)
    let y = TensorValue(uninitialized: call.outputs[0])
    guard call.attributes.flag("training_mode") else {
      let isRun = zk_batch_norm_inference(
        x.dtype.kernelType, shape, epsilon, x.storage.pointer, scale, bias, mean, variance, y.storage.pointer)
      return isRun ? [y] : nil
    }
    let newMean = TensorValue(uninitialized: call.input(3).type)
    let newVariance = TensorValue(uninitialized: call.input(4).type)
    let isRun = zk_batch_norm_training(
      x.dtype.kernelType, shape, epsilon, Double(call.attributes.float("momentum") ?? 0), x.storage.pointer, scale,
      bias,
      mean, variance, y.storage.pointer, newMean.storage.pointer, newVariance.storage.pointer)
    return isRun ? [y, newMean, newVariance] : nil
  }

  static func adamStep(_ call: EvaluationContext) -> [TensorValue]? {
    let numbers = AdamCoefficients(call)
    let settings = ZKAdam(
      rate: numbers.rate, beta1: numbers.alpha, beta2: numbers.beta, epsilon: numbers.epsilon,
      correction: numbers.correction)
    let (x, g, m, v) = (call.input(2), call.input(3), call.input(4), call.input(5))
    let out = call.outputs.map { TensorValue(uninitialized: $0) }
    let isRun = zk_adam(
      x.dtype.kernelType, settings, x.count, x.storage.pointer, g.storage.pointer, m.storage.pointer,
      v.storage.pointer, out[0].storage.pointer, out[1].storage.pointer, out[2].storage.pointer)
    return isRun ? out : nil
  }
}
