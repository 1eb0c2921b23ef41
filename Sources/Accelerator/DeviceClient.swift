import CPJRT
import Foundation
import StableHLO
import Synchronization

/// The devices of a plugin.
public final class DeviceClient: @unchecked Sendable {
  // The handle is closed with the last reference, and the functions of a client may be called from any thread.

  /// A device.
  public struct Device: Sendable, Hashable, Codable {
    /// Its kind, as the plugin names it: `NVIDIA H200`.
    public let kind: String
    /// The bytes of memory that programs may use; nil if the plugin does not say.
    public let memory: Int?
  }

  /// The choice that was opened.
  public let choice: DeviceChoice
  /// The plugin.
  public let plugin: DevicePlugin
  /// The platform's name: `cpu`, `cuda`, `tpu`.
  public let platform: String
  /// The platform's version, as the plugin describes it.
  public let version: String
  /// The devices, which share each batch.
  public let devices: [Device]
  /// The flags of XLA that programs are compiled with.
  public let flags: [String: String]
  let handle: OpaquePointer
  private let cache: ProgramCache

  private static let opened = Mutex<[DeviceChoice: DeviceClient]>([:])

  /// Returns the devices of a choice. They are opened once in a process.
  ///
  /// - Throws: ``AcceleratorError`` if there is no plugin, or it lacks the devices.
  public static func open(_ choice: DeviceChoice) throws -> DeviceClient {
    try opened.withLock { opened in
      if let client = opened[choice] { return client }
      let client = try DeviceClient(choice)
      opened[choice] = client
      return client
    }
  }

  private init(_ choice: DeviceChoice) throws {
    plugin = try DevicePlugin.load(PluginSearch().path(of: choice))
    (handle, self.choice) = (try Self.handle(plugin, choice), choice)
    platform = String(cString: pj_client_platform(handle))
    version = String(cString: pj_client_version(handle))
    flags = plugin.exactFlags(on: platform)
    cache = ProgramCache()
    var devices: [Device] = []
    for index in 0..<pj_client_device_count(handle) {
      var kind: UnsafeMutablePointer<CChar>?
      try AcceleratorError.check(.device, "device '\(choice)'", pj_device_kind(handle, index, &kind))
      let memory = pj_device_memory(handle, index)
      devices.append(Device(kind: kind.map { String(cString: $0) } ?? "", memory: memory > 0 ? Int(memory) : nil))
      free(kind)
    }
    guard devices.count >= choice.count else {
      throw AcceleratorError(
        .device, "device '\(choice)': expected \(choice.count) devices, found \(devices.count): \(devices.map(\.kind))")
    }
    self.devices = Array(devices.prefix(choice.count))
  }

  deinit { pj_client_close(handle) }

  private static func handle(_ plugin: DevicePlugin, _ choice: DeviceChoice) throws(AcceleratorError) -> OpaquePointer {
    // Other devices stay free for other programs, and the processor has as many as are asked for.
    let visible = (choice.index..<choice.index + choice.count).map(Int64.init)
    var client: OpaquePointer?
    let message = visible.withUnsafeBufferPointer { visible in
      var option = pj_option()
      switch DeviceKind(rawValue: choice.name) {
      case .cuda:
        option.kind = PJNumbers
        (option.size, option.value.numbers) = (visible.count, visible.baseAddress)
        return "visible_devices".withCString { open(plugin, &option, named: $0, &client) }
      case .cpuXLA:
        option.kind = PJNumber
        option.value.number = Int64(choice.count)
        return "cpu_device_count".withCString { open(plugin, &option, named: $0, &client) }
      case .tpu, nil: return pj_client_open(plugin.handle, nil, 0, &client)
      }
    }
    try AcceleratorError.check(.device, "device '\(choice)' of plugin '\(plugin.path)'", message)
    guard let client else { preconditionFailure("devices were opened without a handle") }
    return client
  }

  private static func open(
    _ plugin: DevicePlugin, _ option: inout pj_option, named name: UnsafePointer<CChar>, _ client: inout OpaquePointer?
  ) -> UnsafeMutablePointer<CChar>? {
    option.name = name
    return pj_client_open(plugin.handle, &option, 1, &client)
  }

  /// Compiles a program, or takes it from the cache of compiled programs.
  ///
  /// - Throws: ``AcceleratorError`` with the plugin's message if it can't be compiled.
  package func compile(_ program: StableHLOProgram, named name: String) throws -> CompiledProgram {
    var options = CompileOptions(devices: choice.count, flags: flags).bytes
    let key = cache.key([program.text, plugin.digest, devices[0].kind, version], options)
    if let bytes = cache[key], let handle = load(bytes) { return CompiledProgram(handle, program, self) }
    var handle: OpaquePointer?
    var text = program.text
    let message = options.withUnsafeMutableBytes { options in
      text.withUTF8 { text in
        text.withMemoryRebound(to: CChar.self) {
          pj_compile(
            self.handle, $0.baseAddress, $0.count, pj_bytes(bytes: options.baseAddress, size: options.count), &handle)
        }
      }
    }
    try AcceleratorError.check(.compilation, "program '\(name)' on device '\(choice)'", message)
    guard let handle else { preconditionFailure("a program was compiled without a handle") }
    keep(handle, as: key)
    return CompiledProgram(handle, program, self)
  }

  private func load(_ executable: Data) -> OpaquePointer? {
    var (copy, handle) = (executable, OpaquePointer?.none)
    let message = copy.withUnsafeMutableBytes {
      pj_program_load(self.handle, pj_bytes(bytes: $0.baseAddress, size: $0.count), &handle)
    }
    // A plugin may refuse what another build of it has written; then the program is compiled.
    free(message)
    return handle
  }

  private func keep(_ program: OpaquePointer, as key: String) {
    var bytes = pj_bytes()
    if let message = pj_program_serialize(program, &bytes) { return free(message) }
    guard let start = bytes.bytes else { return }
    cache[key] = Data(bytesNoCopy: start, count: bytes.size, deallocator: .free)
  }
}
