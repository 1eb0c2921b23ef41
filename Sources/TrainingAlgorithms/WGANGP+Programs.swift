import Autograd
import GraphIR

extension WGANGP {
  /// The programs of the algorithm.
  enum Program: String, CaseIterable {
    /// One update of the critic, with the penalty if its weight is not 0.
    case critic
    /// One update of the critic without the penalty, for lazy regularisation.
    case criticWithoutPenalty = "critic-without-penalty"
    /// One update of the generator.
    case generator
  }

  /// A batch of samples.
  static let realInput = "data/real"
  /// z.
  static let noiseInput = "normal/noise"
  /// α.
  static let alphaInput = "uniform/alpha"
  /// The learning rate of the step, unless it is constant.
  static let rateInput = "schedule/rate"

  /// Returns the steps as programs by name, for batches of the settings' size.
  ///
  /// - Throws: the errors of the steps; `GraphError` if a network can't be differentiated twice with symbolic extents.
  public func programs() throws -> [String: Graph] {
    let programs = Program.allCases.filter { $0 != .criticWithoutPenalty || settings.penalty.isLazy }
    return Dictionary(uniqueKeysWithValues: try programs.map { ($0.rawValue, try program($0)) })
  }

  /// The program of the critic's next update.
  ///
  /// - Parameter updates: the number of completed updates.
  func criticProgram(after updates: Int) -> Program {
    settings.penalty.isLazy && !settings.penalty.isDue(after: updates) ? .criticWithoutPenalty : .critic
  }

  private func program(_ program: Program) throws -> Graph {
    let builder = try ProgramBuilder("\(program.rawValue) step", state: stateTypes, trainable: trainableNames)
    func input(_ name: String, _ sample: some Collection<Int>) throws -> Tensor {
      try builder.input(name, TensorType(critic.inputs[0].type.dtype, Shape([settings.batch] + sample)))
    }
    func rate(_ schedule: Schedule) throws -> Tensor? {
      guard !schedule.isConstant else { return nil }
      return try builder.input(Self.rateInput, TensorType(critic.inputs[0].type.dtype, []))
    }
    let noise = try input(Self.noiseInput, generator.inputs[0].type.shape.dropFirst())
    let fakeLabels = try settings.classes.map { labels(drawn: try input(Self.labelDrawsInput, []), of: $0) }
    let result: StepResult
    switch program {
    case .critic, .criticWithoutPenalty:
      let sample = critic.inputs[0].type.shape.dropFirst()
      let real = try input(Self.realInput, sample)
      let hasPenalty = program == .critic && settings.penalty.weight > 0
      let alpha = hasPenalty ? try input(Self.alphaInput, sample.map { _ in 1 }) : nil
      let labels = try fakeLabels.map { (try input(Self.labelsInput, []).cast(to: .int64), $0) }
      result = try criticStep(
        builder.state, real: real, noise: noise, alpha: alpha, rate: rate(settings.rate), labels: labels)
    case .generator:
      let schedule = settings.generatorRate ?? settings.rate
      result = try generatorStep(builder.state, noise: noise, rate: rate(schedule), labels: fakeLabels)
    }
    try builder.output(result.metrics)
    builder.update(to: result.state)
    return builder.graph
  }
}
