import CONNX
import Foundation
import GraphIR

/// A `TensorProto` on its own, the format of ONNX's test data.
public enum ONNXTensor {
  /// The bytes of `value` under a name.
  ///
  /// - throws: ``ONNXError`` for a name that contains a NUL.
  public static func encode(_ value: TensorValue, name: String) throws -> Data {
    let arena = MessageArena()
    let message = try arena.tensor(value, name: name)
    return withExtendedLifetime(arena) {
      var bytes = Data(count: onnx__tensor_proto__get_packed_size(message))
      bytes.withUnsafeMutableBytes { buffer in
        _ = onnx__tensor_proto__pack(message, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return bytes
    }
  }

  /// The tensor in `bytes`, widened as by ``ONNXImporter``.
  ///
  /// - throws: ``ONNXError`` with the reason.
  public static func decode(_ bytes: Data, limits: Limits = Limits()) throws -> TensorValue {
    try withUnsafePointer(to: onnx__tensor_proto__descriptor) { descriptor in
      try WireScan.check(bytes.span, are: descriptor, limits: limits)
    }
    let unpacked = bytes.withUnsafeBytes { buffer in
      onnx__tensor_proto__unpack(nil, buffer.count, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
    guard let unpacked else { throw ONNXError(code: .malformed, message: "protobuf-c can't decode the tensor") }
    defer { onnx__tensor_proto__free_unpacked(unpacked, nil) }
    return try TensorDecoding(externalData: nil).value(of: unpacked.pointee, label: "the tensor")
  }
}
