import Autograd
import GraphIR

extension WGANGP {
  /// The programs of the algorithm: what they are called, and what they read.
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

  /// The steps as programs for batches of the settings' size, by name.
  ///
  /// - Throws: what the steps throw, and `GraphError` where a network can't be differentiated twice at symbols.
  public func programs() throws -> [String: Graph] {
    Dictionary(uniqueKeysWithValues: try Program.allCases.map { ($0.rawValue, try program($0)) })
  }

  private func program(_ program: Program) throws -> Graph {
    let trace = Trace(name: "\(program.rawValue) step")
    let types = parameterTypes.merging(optimizerTypes) { $1 }
    var state: NamedTensors = [:]
    for (name, type) in types.sorted(by: { $0.key < $1.key }) {
      state[name] = try trace.parameter(name, type, isTrainable: trainableNames.contains(name))
    }
    func input(_ name: String, _ sample: some Collection<Int>) throws -> Tensor {
      try trace.input(name, TensorType(critic.inputs[0].type.dtype, Shape([settings.batch] + sample)))
    }
    let noise = try input(Self.noiseInput, generator.inputs[0].type.shape.dropFirst())
    let result: Result
    switch program {
    case .critic:
      let sample = critic.inputs[0].type.shape.dropFirst()
      let real = try input(Self.realInput, sample)
      let alpha = try input(Self.alphaInput, sample.map { _ in 1 })
      result = try criticStep(state, real: real, noise: noise, alpha: alpha)
    case .generator: result = try generatorStep(state, noise: noise)
    }
    for (name, metric) in result.metrics.sorted(by: { $0.key < $1.key }) { try trace.output(metric, named: name) }
    for (name, tensor) in result.state.sorted(by: { $0.key < $1.key }) where tensor !== state[name] {
      trace.update(name, to: tensor)
    }
    return trace.graph.removingDeadCode()
  }
}
