import GraphIR

extension ProgramRunner {
  /// Computes a program and gives its outputs, scalars, by name.
  ///
  /// - Parameter step: the step that the program is a part of.
  /// - Throws: ``AlgorithmError`` with code `diverged` where one is no finite number.
  func metrics(of program: String, step: Int) throws -> [String: Double] {
    try compute(program)
    var metrics: [String: Double] = [:]
    for output in programs[program]?.outputs ?? [] {
      let value = self.output(output.name, of: program).doubles[0]
      metrics[output.name] = value
      guard value.isFinite else {
        throw AlgorithmError(.diverged, "the metric '\(output.name)' became \(value) at step \(step)")
      }
    }
    return metrics
  }
}
