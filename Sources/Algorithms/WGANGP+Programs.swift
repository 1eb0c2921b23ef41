import Autograd
import GraphIR

extension WGANGP {
  /// The programs of the algorithm.
  enum Program: String, CaseIterable {
    /// One update of the critic.
    case critic
    /// One update of the generator.
    case generator
  }

  /// A batch of samples.
  static let realInput = "data/real"
  /// z.
  static let noiseInput = "normal/noise"
  /// α.
  static let alphaInput = "uniform/alpha"

  /// Returns the steps as programs by name, for batches of the settings' size.
  ///
  /// - Throws: the errors of the steps; `GraphError` if a network can't be differentiated twice with symbolic extents.
  public func programs() throws -> [String: Graph] {
    Dictionary(uniqueKeysWithValues: try Program.allCases.map { ($0.rawValue, try program($0)) })
  }

  private func program(_ program: Program) throws -> Graph {
    let builder = try ProgramBuilder("\(program.rawValue) step", state: stateTypes, trainable: trainableNames)
    func input(_ name: String, _ sample: some Collection<Int>) throws -> Tensor {
      try builder.input(name, TensorType(critic.inputs[0].type.dtype, Shape([settings.batch] + sample)))
    }
    let noise = try input(Self.noiseInput, generator.inputs[0].type.shape.dropFirst())
    let result: StepResult
    switch program {
    case .critic:
      let sample = critic.inputs[0].type.shape.dropFirst()
      let real = try input(Self.realInput, sample)
      let alpha = try input(Self.alphaInput, sample.map { _ in 1 })
      result = try criticStep(builder.state, real: real, noise: noise, alpha: alpha)
    case .generator: result = try generatorStep(builder.state, noise: noise)
    }
    try builder.output(result.metrics)
    builder.update(to: result.state)
    return builder.graph
  }
}
