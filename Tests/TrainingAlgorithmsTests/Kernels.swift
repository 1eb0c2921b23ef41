import TrainingAlgorithms
import Autograd
import GraphRuntime
import GraphIR

/// The executions in the tests: operators one by one on either backend, or programs as plans.
enum Kernels: CaseIterable {
  case reference, cpu, plan

  /// The backend of operators outside of programs.
  var backend: any Backend {
    switch self {
    case .reference: ReferenceBackend()
    case .cpu, .plan: CPUBackend()
    }
  }

  /// Creates the runner of programs.
  var makeRunner: MakeProgramRunner {
    switch self {
    case .reference, .cpu: { [backend] in try EagerRunner($0, tensors: $1, backend: backend) }
    case .plan: { try PlanRunner($0, tensors: $1) }
    }
  }

  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try CurrentBackend.$value.withValue(backend, operation: body)
  }
}
