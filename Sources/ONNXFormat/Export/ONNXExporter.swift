import CONNX
import FileOutput
import Foundation
import GraphIR

/// Writes graphs as ONNX models: IR version 10, operator set 21, only operators of ONNX.
///
/// Operators of our own domain are lowered. Inputs, outputs and parameters keep their names. Symbolic dimensions are
/// `dim_param`s. Every intermediate value has its type in `value_info`. Equal models have equal bytes.
public enum ONNXExporter {
  /// The version of ONNX's intermediate representation that is written.
  public static let irVersion = 10
  /// The version of ONNX's operator set that is written.
  public static let opset = 21

  /// Writes `model` to `file`. The file is replaced only after all of it is written.
  ///
  /// - throws: ``ONNXError``, as ``encode(_:)`` does, and with code `file` where the file can't be written.
  public static func write(_ model: ONNXModel, to file: URL) throws {
    do {
      let output = try OutputFile(file)
      try output.write(encode(model))
    } catch let error as OutputError {
      throw ONNXError(code: .file, message: error.message)
    }
  }

  /// The bytes of `model`.
  ///
  /// - throws: ``ONNXError`` with code `graph` for a graph that does not verify or a parameter without a fitting value,
  ///   and with code `limit` for a model above the 2 GiB that protobuf allows.
  public static func encode(_ model: ONNXModel) throws -> Data {
    let graph: Graph
    let types: [String: TensorType]
    do {
      try model.graph.verify()
      graph = try model.graph.loweringToOpset()
      types = try graph.verify()
    } catch {
      throw ONNXError(code: .graph, message: "graph '\(model.graph.name)' can't be exported", cause: error)
    }
    let arena = MessageArena()
    let message = try ModelEncoding(arena: arena, graph: graph, types: types).message(for: model)
    return try withExtendedLifetime(arena) {
      let count = onnx__model_proto__get_packed_size(message)
      guard count <= Int(Int32.max) else {
        throw ONNXError(code: .limit, message: "graph '\(graph.name)' takes \(count) bytes, ONNX allows 2 GiB")
      }
      var bytes = Data(count: count)
      bytes.withUnsafeMutableBytes { buffer in
        _ = onnx__model_proto__pack(message, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return bytes
    }
  }
}
