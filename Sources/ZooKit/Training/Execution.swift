import Accelerator
import TrainingAlgorithms
import GraphRuntime
import GraphIR

/// The execution of a run's programs. A run keeps its execution, because another one rounds differently.
public enum Execution: RawRepresentable, Hashable, Sendable {
  /// Compiled, on the processor.
  case plan
  /// Node by node, on the processor: the slower reference.
  case eager
  /// Compiled by XLA, on graphics cards or other devices.
  case device(DeviceChoice)

  /// Reads the text that a run records: `plan`, `cpu`, or a choice of devices such as `cuda:1`.
  public init?(rawValue: String) {
    switch rawValue {
    case "plan": self = .plan
    case "cpu": self = .eager
    default:
      guard let choice = DeviceChoice(rawValue) else { return nil }
      self = .device(choice)
    }
  }

  /// The text that a run records.
  public var rawValue: String {
    switch self {
    case .plan: "plan"
    case .eager: "cpu"
    case .device(let choice): choice.description
    }
  }

  /// Returns the constructor of a runner of programs; those on the processor use `threads` threads.
  func makeRunner(threads: Int) -> MakeProgramRunner {
    switch self {
    case .plan: { try PlanRunner($0, tensors: $1, threads: threads) }
    case .eager: { try EagerRunner($0, tensors: $1, backend: CPUBackend(threads: threads)) }
    case .device(let choice): { try DeviceRunner($0, tensors: $1, on: .open(choice), threads: threads) }
    }
  }

  /// The facts that determine bits here.
  ///
  /// - Throws: `AcceleratorError` if the devices can't be opened.
  func platform() throws -> Platform {
    guard case .device(let choice) = self else { return Platform(zoo: ModelZoo.version) }
    let client = try DeviceClient.open(choice)
    var facts = [
      "device": client.devices.map(\.kind).joined(separator: ", "), "plugin": client.plugin.digest,
      "XLA": client.version,
    ]
    for (flag, value) in client.flags { facts[flag] = value }
    return Platform(zoo: ModelZoo.version, facts)
  }
}
