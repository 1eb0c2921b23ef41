import Foundation

/// Finds the plugins of devices: by path, in the environment variable `ZOO_PJRT_PLUGIN`, and in Python environments.
public struct PluginSearch: Sendable {
  /// The environment variable that names a plugin for every kind.
  public static let variable = "ZOO_PJRT_PLUGIN"

  /// The folders of Python packages that are searched, the first choice first.
  public let folders: [String]
  /// The plugin that ``variable`` names.
  public let named: String?

  /// Searches the Python environments of `ZOO_PYTHON`, of the active virtual environment, and of `python3`.
  public init(_ environment: [String: String] = ProcessInfo.processInfo.environment) {
    named = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
    let interpreters = [
      environment["ZOO_PYTHON"], environment["VIRTUAL_ENV"].map { $0 + "/bin/python" }, "python3",
    ]
    var folders: [String] = []
    for case let interpreter? in interpreters where !interpreter.isEmpty {
      folders += Self.packages(of: interpreter).filter { !folders.contains($0) }
    }
    self.folders = folders
  }

  /// The path of a device's plugin.
  ///
  /// - Throws: ``AcceleratorError`` that says how to install one.
  public func path(of choice: DeviceChoice) throws(AcceleratorError) -> String {
    guard let kind = DeviceKind(rawValue: choice.name) else { return choice.name }
    if let found = path(of: kind) { return found }
    throw AcceleratorError(
      .plugin,
      "device '\(choice.name)' has no plugin here: install one with \(kind.installation), and name its Python "
        + "in ZOO_PYTHON, or the plugin's file in \(Self.variable). Python packages were searched in "
        + (folders.isEmpty ? "no folder, because there is no Python" : folders.joined(separator: ", ")))
  }

  /// The path of the plugin of a kind; nil if there is none.
  public func path(of kind: DeviceKind) -> String? {
    if let named { return named }
    return folders.lazy.flatMap { folder in kind.plugins.map { "\(folder)/\($0)" } }
      .first { FileManager.default.fileExists(atPath: $0) }
  }

  /// The folders of packages of an interpreter; empty if it does not start.
  private static func packages(of interpreter: String) -> [String] {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // Without site packages of the user's, `-I` would hide those that `pip install --user` makes.
    process.arguments = [interpreter, "-c", "import sys; print('\\n'.join(sys.path))"]
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return [] }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return text.split(separator: "\n").map(String.init).filter { $0.hasSuffix("-packages") }
  }
}
