import Algorithms
import GraphRuntime
import GraphIR

/// How the programs of a run are executed. A run keeps to one way, since the other one rounds otherwise.
public enum Execution: String, Sendable, CaseIterable {
  /// Compiled.
  case plan
  /// Node by node: the reference, slower.
  case eager = "cpu"

  /// Makes what runs programs on `threads` threads.
  func makeRunner(threads: Int) -> MakeProgramRunner {
    switch self {
    case .plan: { try PlanRunner($0, tensors: $1, threads: threads) }
    case .eager: { try EagerRunner($0, tensors: $1, backend: CPUBackend(threads: threads)) }
    }
  }
}
