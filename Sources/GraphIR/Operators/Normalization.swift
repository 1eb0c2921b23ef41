/// Batch normalisation.
enum Normalization {
  /// (x - mean) / √(var + epsilon) · scale + B per channel (axis 1), with the mean and the biased variance of the batch
  /// in training mode. The next running statistics are running · momentum + batch · (1 - momentum).
  ///
  /// Source: ONNX BatchNormalization-15. PyTorch's momentum is 1 minus this one, and its running variance is unbiased.
  static let batchNormalization = OpDefinition(
    Signature(
      since: 15,
      [
        Formal("X", .floating, "T"), Formal("scale", .floating, "T"), Formal("B", .floating, "T"),
        Formal("input_mean", .floating, "T"), Formal("input_var", .floating, "T"),
      ],
      to: [
        Formal("Y", .floating, "T"), Formal("running_mean", .floating, "T", .optional),
        Formal("running_var", .floating, "T", .optional),
      ],
      attributes: [
        .defaulted("epsilon", .float(1e-5)), .defaulted("momentum", .float(0.9)), .defaulted("training_mode", .int(0)),
      ]),
    traits: .init(.normalization(.batch), .rounded),
    infer: { context in
      let x = context.input(0)
      guard x.shape.rank >= 2 else { throw context.error(.shape, "X is \(x.shape), expected [N, C, …]") }
      let channels: Shape = [x.shape[1]]
      for index in 1...4 where context.input(index).shape != channels {
        let name = context.op.definition.signature.inputs[index].name
        throw context.error(.shape, "\(name) is \(context.input(index).shape), expected \(channels) as X is \(x.shape)")
      }
      let isTraining = context.attributes.flag("training_mode")
      guard context.outputCount == (isTraining ? 3 : 1) else {
        throw context.error(
          .arity,
          "\(context.outputCount) outputs with training_mode \(isTraining ? 1 : 0), expected \(isTraining ? 3 : 1)")
      }
      let statistics = TensorType(x.dtype, channels)
      return isTraining ? [x, statistics, statistics] : [x]
    },
    evaluate: { context in
      let x = context.input(0)
      let (outer, channels) = (x.shape[0], x.shape[1])
      let inner = x.shape.dropFirst(2).reduce(1, *)
      let numbers = x.doubles
      var (mean, variance) = (context.input(3).doubles, context.input(4).doubles)
      let (oldMean, oldVariance) = (mean, variance)
      let isTraining = context.attributes.flag("training_mode")
      func indices(_ channel: Int) -> [Int] {
        (0..<outer).flatMap { row in (0..<inner).map { (row * channels + channel) * inner + $0 } }
      }
      if isTraining {
        let count = Double(outer * inner)
        for channel in 0..<channels {
          let members = indices(channel)
          mean[channel] = members.reduce(0) { $0 + numbers[$1] } / count
          variance[channel] =
            members.reduce(0) { $0 + (numbers[$1] - mean[channel]) * (numbers[$1] - mean[channel]) } / count
        }
      }
      let epsilon = Double(context.attributes.float("epsilon") ?? 0)
      let momentum = Double(context.attributes.float("momentum") ?? 0)
      let (scale, bias) = (context.input(1).doubles, context.input(2).doubles)
      var y = numbers
      for channel in 0..<channels {
        let factor = scale[channel] / (variance[channel] + epsilon).squareRoot()
        for index in indices(channel) { y[index] = (numbers[index] - mean[channel]) * factor + bias[channel] }
      }
      let running = zip(oldMean, mean).map { $0 * momentum + $1 * (1 - momentum) }
      let spread = zip(oldVariance, variance).map { $0 * momentum + $1 * (1 - momentum) }
      return zip([y, running, spread], context.outputs).map { numbers, type in
        Elementwise.convert(TensorValue(numbers, shape: type.shape), to: type.dtype)
      }
    })
}
