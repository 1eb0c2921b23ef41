import Accelerator
import Foundation

/// A kind of devices and what this machine has of it, as JSON has it.
public struct DeviceRecord: Encodable, Sendable {
  /// The name for `--device`.
  public let name: String
  /// The plugin's file; nil if none was found.
  public let plugin: String?
  /// The version of the plugin's PJRT interface; nil if it could not be loaded.
  public let interface: String?
  /// The platform and its version; nil if the devices could not be opened.
  public let platform: String?
  /// The devices.
  public let devices: [DeviceClient.Device]
  /// The command that installs the plugin; nil for a plugin that was named by its path.
  public let installation: String?
  /// The reason why the devices can't be used; nil if they can.
  public let problem: String?

  /// The devices of every known kind; if `ZOO_PJRT_PLUGIN` names a plugin, those of that one alone.
  public static func all(_ search: PluginSearch = PluginSearch()) -> [DeviceRecord] {
    if let named = search.named { return [DeviceRecord(named, plugin: named, installation: nil)] }
    return DeviceKind.allCases.map { kind in
      DeviceRecord(kind.rawValue, plugin: search.path(of: kind), installation: kind.installation)
    }
  }

  private init(_ name: String, plugin: String?, installation: String?) {
    (self.name, self.plugin, self.installation) = (name, plugin, installation)
    do {
      guard let plugin else { throw AcceleratorError(.plugin, "no plugin was found") }
      interface = "0.\(try DevicePlugin.load(plugin).interfaceMinor)"
    } catch {
      (interface, platform, devices, problem) = (nil, nil, [], "\(error)")
      return
    }
    do {
      let client = try DeviceClient.open(DeviceChoice(named: name))
      platform = client.platform == client.version ? client.platform : "\(client.platform), \(client.version)"
      (devices, problem) = (client.devices, nil)
    } catch {
      (platform, devices, problem) = (nil, [], "\(error)")
    }
  }
}
