import GraphIR

/// Convolutions and their transposes.
enum ConvolutionRules {
  static func conv(_ emitter: Emitter, _ call: Call) throws -> Value {
    let (x, weights) = (call.input(0), call.input(1))
    let problem = try ConvolutionShape(conv: x.shape, weights.shape, call.attributes) { GraphError($0, $1) }
    let axes = problem.window.axes
    let window = Emitter.ConvolutionWindow(
      strides: axes.map(\.stride), before: axes.map(\.before), after: axes.map(\.after),
      dilations: axes.map { _ in 1 }, kernelDilations: axes.map(\.dilation), isReversed: false)
    return biased(
      emitter, emitter.convolution(x, weights, window, groups: problem.groups, to: problem.y), call)
  }

  /// The input of the transpose, with zeros between its elements, under the reversed window.
  static func convTranspose(_ emitter: Emitter, _ call: Call) throws -> Value {
    let (y, weights) = (call.input(0), call.input(1))
    let problem = try ConvolutionShape(transpose: y.shape, weights.shape, call.attributes) { GraphError($0, $1) }
    let axes = problem.window.axes
    let before = axes.map { $0.span - 1 - $0.before }
    let window = Emitter.ConvolutionWindow(
      strides: axes.map { _ in 1 }, before: before,
      after: axes.indices.map { index in
        let axis = axes[index]
        return axis.input + axis.span - 1 - (axis.stride * (axis.output - 1) + 1) - before[index]
      },
      dilations: axes.map(\.stride), kernelDilations: axes.map(\.dilation), isReversed: true)
    let result = emitter.convolution(
      y, grouped(emitter, weights, problem), window, groups: problem.groups, inputFirst: true, to: problem.x)
    return biased(emitter, result, call)
  }

  /// Weights [(g, m), c, …] as [m, (g, c), …]: StableHLO groups output channels.
  private static func grouped(_ emitter: Emitter, _ weights: Value, _ problem: ConvolutionShape) -> Value {
    guard problem.groups > 1 else { return weights }
    let (rows, channels, kernel) = (problem.w[0] / problem.groups, problem.w[1], problem.window.kernel)
    let apart = emitter.reshape(weights, to: Shape([problem.groups, rows, channels] + kernel))
    let exchanged = emitter.transpose(apart, [1, 0, 2] + kernel.indices.map { $0 + 3 })
    return emitter.reshape(exchanged, to: Shape([rows, problem.groups * channels] + kernel))
  }

  private static func biased(_ emitter: Emitter, _ y: Value, _ call: Call) -> Value {
    guard let bias = call.optional(2) else { return y }
    return emitter.add(y, emitter.broadcast(bias, to: y.shape, axes: [1]))
  }
}
