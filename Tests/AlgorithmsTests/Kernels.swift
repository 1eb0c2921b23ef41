import Executor
import GraphIR

/// The backends that the tests run on.
enum Kernels: CaseIterable {
  case reference, cpu

  var backend: any Backend {
    switch self {
    case .reference: ReferenceBackend()
    case .cpu: CPUBackend()
    }
  }

  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try CurrentBackend.$value.withValue(backend, operation: body)
  }
}
