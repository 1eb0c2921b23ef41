import Foundation

/// The devices that a program runs on: a kind, one of them or several.
///
/// As text: `cuda`, `cuda:1` (the second), `cuda*4` (four that share each batch), `tpu`, `cpu-xla`, or the path of a
/// plugin in place of the kind.
public struct DeviceChoice: Hashable, Sendable, LosslessStringConvertible {
  /// The kind, as in ``DeviceKind``, or the path of a plugin.
  public let name: String
  /// The device among those of its kind.
  public let index: Int
  /// The number of devices.
  public let count: Int

  /// Creates a choice.
  ///
  /// - Parameters:
  ///   - text: a kind with an optional index, or a path of a plugin: `cuda`, `cuda:1`, `./plugin.so`.
  ///   - count: the number of devices that share each batch.
  /// - Throws: ``AcceleratorError`` for an unknown kind, and for an index together with several devices.
  public init(named text: String, count: Int = 1) throws(AcceleratorError) {
    let known = DeviceKind.allCases.map(\.rawValue).joined(separator: ", ")
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let hasIndex = !text.contains("/") && parts.count == 2
    guard !hasIndex || Int(parts[1]).map({ $0 >= 0 }) == true else {
      throw AcceleratorError(.choice, "device '\(text)': expected a number from 0 behind the colon, as in cuda:1")
    }
    let isPath = text.contains("/")
    name = isPath ? URL(filePath: text).standardizedFileURL.path : hasIndex ? String(parts[0]) : text
    index = hasIndex ? Int(parts[1]) ?? 0 : 0
    self.count = count
    guard name.contains("/") || DeviceKind(rawValue: name) != nil else {
      throw AcceleratorError(
        .choice, "device '\(text)' is unknown: expected \(known), or the path of a plugin with a '/' in it")
    }
    guard index == 0 || name == DeviceKind.cuda.rawValue else {
      throw AcceleratorError(.choice, "device '\(text)': only cuda has numbers")
    }
    guard count >= 1, count == 1 || index == 0 else {
      throw AcceleratorError(
        .choice, "\(count) devices from '\(text)': expected at least 1, and more than one without a number of a device")
    }
  }

  /// Reads the description of a choice; nil if the text is none.
  public init?(_ description: String) {
    let parts = description.split(separator: "*")
    let hasCount = parts.count == 2 && !parts[1].contains("/")
    guard let count = hasCount ? Int(parts[1]) : 1,
      let choice = try? DeviceChoice(named: hasCount ? String(parts[0]) : description, count: count)
    else { return nil }
    self = choice
  }

  /// The choice as text.
  public var description: String { name + (index > 0 ? ":\(index)" : "") + (count > 1 ? "*\(count)" : "") }
}

/// A kind of devices whose plugins are known.
public enum DeviceKind: String, CaseIterable, Sendable {
  /// NVIDIA's graphics cards.
  case cuda
  /// Google's tensor processing units.
  case tpu
  /// The processor, by XLA: for trials of what other devices will do.
  case cpuXLA = "cpu-xla"

  /// The places of the plugin in a folder of Python packages, the first choice first.
  var plugins: [String] {
    switch self {
    case .cuda: ["jax_plugins/xla_cuda13/xla_cuda_plugin.so", "jax_plugins/xla_cuda12/xla_cuda_plugin.so"]
    case .tpu: ["libtpu/libtpu.so"]
    case .cpuXLA:
      ["lammps_jax_pjrt_cpu/pjrt_c_api_cpu_plugin.so", "xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so"]
    }
  }

  /// The command that installs the plugin and the libraries that it needs.
  public var installation: String {
    switch self {
    case .cuda: "pip install 'jax[cuda13]'"
    case .tpu: "pip install libtpu"
    case .cpuXLA: "pip install --no-deps lammps-jax-pjrt-cpu"
    }
  }
}
