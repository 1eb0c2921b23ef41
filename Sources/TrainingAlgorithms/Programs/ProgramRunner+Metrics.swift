import GraphIR

extension ProgramRunner {
  /// Computes a program and returns its outputs, scalars, by name.
  ///
  /// - Parameters:
  ///   - program: the program's name.
  ///   - step: the step that the program is a part of.
  ///   - culprit: an input that is not finite, as a sentence; nil if there is none.
  /// - Throws: ``AlgorithmError`` with code `diverged` if one is not finite. The message names the first tensor that
  ///   was not finite before the step. Errors of a device.
  public func metrics(
    of program: String, step: Int, culprit: () -> String? = { nil }
  ) throws -> [String: Double] {
    try compute(program)
    var metrics: [String: Double] = [:]
    for output in programs[program]?.outputs ?? [] {
      metrics[output.name] = self.output(output.name, of: program).doubles[0]
    }
    if let (metric, value) = metrics.filter({ !$0.value.isFinite }).min(by: { $0.key < $1.key }) {
      let tensor = try tensors.sorted { $0.key < $1.key }.first { !$0.value.isFinite }?.key
      let cause =
        tensor.map { "'\($0)' was not finite before the step" } ?? culprit()
        ?? "all inputs of the step were finite"
      throw AlgorithmError(.diverged, "the metric '\(metric)' became \(value) at step \(step); \(cause)")
    }
    return metrics
  }

  /// Copies numbers to an input of a program.
  public func fill(_ input: String, of program: String, with values: [Float]) {
    fill(input, of: program) { _ = $0.update(from: values) }
  }
}
