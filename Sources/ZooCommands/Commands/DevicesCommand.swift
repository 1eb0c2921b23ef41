import Accelerator
import ArgumentParser
import ZooKit

/// `zoo devices`.
struct DevicesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "devices", abstract: "List the devices that can train: graphics cards and others with a PJRT plugin.",
    discussion: """
      Plugins are found in the Python environments of ZOO_PYTHON, VIRTUAL_ENV and python3. ZOO_PJRT_PLUGIN names \
      another one. Without --device, zoo trains on the processor with its own plans and needs no plugin.
      """)

  @OptionGroup var output: OutputOptions

  func run() throws {
    let records = DeviceRecord.all()
    guard !output.json else { return try printJSON(records) }
    print(records.map(Self.text).joined(separator: "\n"))
  }

  private static func text(_ record: DeviceRecord) -> String {
    guard let plugin = record.plugin else {
      return "\(record.name): no plugin was found; \(record.installation ?? "")"
    }
    let source = "  plugin \(plugin.escapedLine), PJRT \(record.interface ?? "unknown")"
    if let problem = record.problem { return "\(record.name): \(problem.escapedLine)\n\(source)" }
    let devices = record.devices.map { device in
      device.kind + (device.memory.map { ", \(Format.bytes($0))" } ?? "")
    }
    return "\(record.name): \(devices.joined(separator: "; "))\n\(source)\n  \(record.platform?.escapedLine ?? "")"
  }
}
