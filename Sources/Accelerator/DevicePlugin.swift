import CPJRT
import Crypto
import Foundation
import StableHLO
import Synchronization

/// A loaded plugin: a dynamic library with the PJRT C interface.
public final class DevicePlugin: @unchecked Sendable {
  // The handle is never freed, and the functions of a plugin may be called from any thread.

  /// The plugin's file.
  public let path: String
  /// The minor version of the interface; the major version is 0.
  public let interfaceMinor: Int
  /// The SHA-256 of the plugin's file, as hexadecimal digits.
  public let digest: String
  let handle: OpaquePointer

  private static let loaded = Mutex<[String: DevicePlugin]>([:])

  /// Returns the plugin in a file. A file is loaded once in a process.
  ///
  /// - Throws: ``AcceleratorError`` if there is no such file, or it is no plugin of a version that is understood.
  public static func load(_ path: String) throws(AcceleratorError) -> DevicePlugin {
    let path = URL(filePath: path).standardizedFileURL.path
    return try loaded.withLock { (loaded) throws(AcceleratorError) in
      if let plugin = loaded[path] { return plugin }
      let plugin = try DevicePlugin(path)
      loaded[path] = plugin
      return plugin
    }
  }

  /// The flags of XLA with which a program computes equal bits every time.
  ///
  /// On graphics cards, XLA chooses kernels by measuring otherwise, and sums in the order in which threads arrive. It
  /// also needs the place of CUDA's device library, which lies beside the plugin.
  func exactFlags(on platform: String) -> [String: String] {
    guard ["cuda", "rocm"].contains(platform) else { return [:] }
    var flags = [
      "xla_gpu_deterministic_ops": "True", "xla_gpu_autotune_level": "0", "xla_gpu_enable_triton_gemm": "False",
    ]
    let packages = URL(filePath: path).deletingLastPathComponent().appending(path: "../../nvidia")
    for version in ["cu13", "cuda_nvcc"] {
      let folder = packages.appending(path: version).standardizedFileURL.path
      guard FileManager.default.fileExists(atPath: folder + "/nvvm/libdevice/libdevice.10.bc") else { continue }
      flags["xla_gpu_cuda_data_dir"] = folder
    }
    return flags
  }

  /// Compiles a program for a device that need not be there. Returns the number of bytes of the result.
  ///
  /// - Parameter target: the device, as OpenXLA's `GpuTargetConfigProto` in text.
  /// - Throws: ``AcceleratorError`` with the plugin's message.
  package func compile(
    _ program: StableHLOProgram, named name: String, ahead target: String, devices: Int
  ) throws -> Int {
    var options = CompileOptions(devices: devices, flags: exactFlags(on: "cuda")).bytes
    var (code, target, topology) = (program.text, target, "1x1x\(devices)")
    var executable = pj_bytes()
    let message = options.withUnsafeMutableBytes { options in
      code.withUTF8 { code in
        target.withUTF8 { target in
          topology.withUTF8 { topology in
            Self.compile(
              handle, code, [("target_config", target), ("topology", topology)],
              pj_bytes(bytes: options.baseAddress, size: options.count), &executable)
          }
        }
      }
    }
    try AcceleratorError.check(.compilation, "program '\(name)'", message)
    free(executable.bytes)
    return executable.size
  }

  private static func compile(
    _ plugin: OpaquePointer, _ code: UnsafeBufferPointer<UInt8>, _ topology: [(String, UnsafeBufferPointer<UInt8>)],
    _ options: pj_bytes, _ executable: inout pj_bytes
  ) -> UnsafeMutablePointer<CChar>? {
    let names = topology.map { strdup($0.0) }
    defer { names.forEach { free($0) } }
    let described = zip(names, topology).map { name, text in
      var option = pj_option()
      (option.name, option.kind, option.size) = (UnsafePointer(name), PJText, text.1.count)
      option.value.text = UnsafeRawPointer(text.1.baseAddress)?.assumingMemoryBound(to: CChar.self)
      return option
    }
    return code.withMemoryRebound(to: CChar.self) {
      pj_compile_ahead(plugin, described, described.count, $0.baseAddress, $0.count, options, &executable)
    }
  }

  private init(_ path: String) throws(AcceleratorError) {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped)
    } catch {
      throw AcceleratorError(.plugin, "plugin '\(path)' can't be read", cause: error)
    }
    var handle: OpaquePointer?
    try AcceleratorError.check(.plugin, "plugin '\(path)'", pj_plugin_open(path, &handle))
    guard let handle else { preconditionFailure("a plugin was opened without a handle") }
    (self.path, self.handle) = (path, handle)
    interfaceMinor = Int(pj_plugin_minor(handle))
    digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }.joined()
  }
}
