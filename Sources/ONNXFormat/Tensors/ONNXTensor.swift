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
    let source = ByteSource.memory(bytes)
    let skeleton = try withUnsafePointer(to: onnx__tensor_proto__descriptor) { descriptor in
      try WireScan.skeleton(of: source, descriptor, limits: limits)
    }
    let tensor = try UnpackedMessage(
      skeleton, budget: limits.messageBytes(ofFile: bytes.count), unpack: onnx__tensor_proto__unpack,
      free: onnx__tensor_proto__free_unpacked)
    return try withExtendedLifetime(tensor) {
      try TensorDecoding(source: source, externalData: nil).value(of: tensor.message.pointee, label: "the tensor")
    }
  }
}
