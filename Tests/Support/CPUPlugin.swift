import Accelerator
import Foundation
import GraphIR
import StableHLO

/// XLA's plugin for the processor, with which tests do what a graphics card would do.
public enum CPUPlugin {
  /// The reason for skipping a test.
  public static let missing =
    "PyPI's lammps-jax-pjrt-cpu is not in the Python of ZOO_PYTHON: nothing of devices is tested"

  /// Whether the plugin is there. Compiled programs go to a temporary folder then.
  public static let isAvailable: Bool = {
    setenv("XDG_CACHE_HOME", FileManager.default.temporaryDirectory.appending(path: "zoo-cache").path, 1)
    return PluginSearch().path(of: .cpuXLA) != nil
  }()

  /// The devices.
  ///
  /// - Throws: `AcceleratorError` if they can't be opened.
  public static func client(devices: Int = 1) throws -> DeviceClient {
    try .open(DeviceChoice(named: DeviceKind.cpuXLA.rawValue, count: devices))
  }

  /// Runs a graph once. `feeds` has its inputs and parameters by name.
  ///
  /// - Throws: the errors of devices.
  public static func run(
    _ graph: Graph, _ feeds: [String: TensorValue], devices: Int = 1
  ) throws -> (outputs: [String: TensorValue], updates: [String: TensorValue]) {
    let client = try client(devices: devices)
    let compiled = try client.compile(StableHLOProgram(graph, devices: devices), named: graph.name)
    let arguments = try compiled.program.arguments.map { argument in
      guard let value = feeds[argument.name] else { preconditionFailure("'\(argument.name)' has no value") }
      return try DeviceBuffer(value, isSplit: argument.isSplit, on: client, argument.name)
    }
    var (outputs, updates): ([String: TensorValue], [String: TensorValue]) = ([:], [:])
    for (result, buffer) in zip(compiled.program.results, try compiled.run(arguments, named: graph.name)) {
      let value = try buffer.value(graph.name)
      switch result {
      case .update(let parameter): updates[parameter] = value
      case .output(let name): outputs[name] = value
      case .metrics(let names):
        for (name, number) in zip(names, value.elements(as: Float.self)) { outputs[name] = TensorValue(scalar: number) }
      }
    }
    return (outputs, updates)
  }
}
