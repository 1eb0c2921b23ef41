import TrainingAlgorithms
import GraphRuntime
import GraphIR

/// The execution of a run's programs. A run keeps its execution, because the other one rounds differently.
public enum Execution: String, Sendable, CaseIterable {
  /// Compiled.
  case plan
  /// Node by node: the slower reference.
  case eager = "cpu"

  /// Returns the constructor of a runner of programs on `threads` threads.
  func makeRunner(threads: Int) -> MakeProgramRunner {
    switch self {
    case .plan: { try PlanRunner($0, tensors: $1, threads: threads) }
    case .eager: { try EagerRunner($0, tensors: $1, backend: CPUBackend(threads: threads)) }
    }
  }
}
