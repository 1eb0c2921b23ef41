import CPJRT
import GraphIR

/// A tensor on the devices: a part of the rows on each, or all of it on each.
package final class DeviceBuffer {
  /// The type on all devices together.
  let type: TensorType
  /// A handle for each device.
  let handles: [OpaquePointer]

  /// Takes over handles.
  init(_ handles: [OpaquePointer], _ type: TensorType) { (self.handles, self.type) = (handles, type) }

  deinit { handles.forEach { pj_buffer_free($0) } }

  /// Copies a tensor to the devices.
  ///
  /// - Parameter isSplit: whether each device gets its part of the rows.
  /// - Throws: ``AcceleratorError`` if the plugin refuses, for want of memory.
  package convenience init(_ value: TensorValue, isSplit: Bool, on client: DeviceClient, _ name: String) throws {
    let count = client.choice.count
    var extents = value.shape.map(Int64.init)
    if isSplit { extents[0] /= Int64(count) }
    let stride = isSplit ? value.byteCount / count : 0
    var handles: [OpaquePointer] = []
    do {
      for device in 0..<count {
        var handle: OpaquePointer?
        let message = value.withUnsafeBytes {
          pj_upload(
            client.handle, device, $0.baseAddress.map { $0 + device * stride }, Int32(value.dtype.deviceCode),
            extents, extents.count, &handle)
        }
        try AcceleratorError.check(
          .execution, "'\(name)', \(value.type), on device '\(client.choice)'", message)
        if let handle { handles.append(handle) }
      }
    } catch {
      handles.forEach { pj_buffer_free($0) }
      throw error
    }
    self.init(handles, value.type)
  }

  /// Waits until the tensor is computed, and returns it. Requires a tensor of which every device has all.
  ///
  /// - Throws: ``AcceleratorError`` if its computation failed.
  package func value(_ name: String) throws -> TensorValue {
    let value = TensorValue(uninitialized: type)
    let message = value.withUnsafeBytes {
      pj_download(handles[0], UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
    }
    try AcceleratorError.check(.execution, "'\(name)', \(type)", message)
    return value
  }
}

extension DataType {
  /// The code in PJRT.
  fileprivate var deviceCode: Int {
    switch self {
    case .float32: PJFloat32
    case .float64: PJFloat64
    case .int64: PJInt64
    case .bool: PJBool
    }
  }
}
