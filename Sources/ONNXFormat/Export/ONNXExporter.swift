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

  /// Writes `model` to `file`, which is replaced only after all of it is written.
  ///
  /// - Parameters:
  ///   - model: the model.
  ///   - file: the file.
  ///   - externalData: whether tensors of at least 4 KiB go into a second file, `NAME.data` beside the file; by default
  ///     only if the model has more than the 2 GiB that protobuf allows.
  /// - Returns: the number of bytes, and the path of the second file if there is one.
  /// - throws: ``ONNXError``, as ``encode(_:)`` does, and with code `file` where a file can't be written.
  @discardableResult
  public static func write(
    _ model: ONNXModel, to file: OutputFile, externalData: Bool? = nil
  ) throws -> (byteCount: Int, dataFile: String?) {
    // The remainder is for names and types.
    guard externalData ?? (model.byteCount > Int(Int32.max) - 1 << 26) else {
      let bytes = try encode(model)
      try file.write(bytes)
      return (bytes.count, nil)
    }
    do {
      let data = try file.neighbour(endingIn: "data")
      let tensors = ExternalTensors(location: URL(filePath: data.path).lastPathComponent)
      let bytes = try encode(model, in: MessageArena(external: tensors))
      try tensors.write(to: data)
      try file.write(bytes)
      return (bytes.count + tensors.byteCount, data.path)
    } catch let error as OutputError {
      throw ONNXError(code: .file, message: error.message)
    }
  }

  /// Writes `model` to the file of a URL.
  ///
  /// - throws: as ``write(_:to:externalData:)-(_,OutputFile,_)``.
  public static func write(_ model: ONNXModel, to file: URL, externalData: Bool? = nil) throws {
    do { try write(model, to: try OutputFile(file), externalData: externalData) } catch let error as OutputError {
      throw ONNXError(code: .file, message: error.message)
    }
  }

  /// The bytes of `model`.
  ///
  /// - throws: ``ONNXError`` with code `graph` for a graph that does not verify or a parameter without a fitting value,
  ///   and with code `limit` for a model above the 2 GiB that protobuf allows.
  public static func encode(_ model: ONNXModel) throws -> Data { try encode(model, in: MessageArena()) }

  private static func encode(_ model: ONNXModel, in arena: MessageArena) throws -> Data {
    let message = try ModelEncoding(arena: arena).message(for: model)
    return try withExtendedLifetime(arena) {
      let count = onnx__model_proto__get_packed_size(message)
      guard count <= Int(Int32.max) else {
        throw ONNXError(
          code: .limit,
          message:
            "graph '\(model.graph.name)' takes \(count) bytes, ONNX allows 2 GiB; write its tensors to another file")
      }
      var bytes = Data(count: count)
      bytes.withUnsafeMutableBytes { buffer in
        _ = onnx__model_proto__pack(message, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return bytes
    }
  }
}

extension ONNXModel {
  /// The bytes of all tensors.
  fileprivate var byteCount: Int {
    let graphs = [graph] + training.flatMap { [$0.algorithm, $0.initialization].compactMap { $0 } }
    let constants = graphs.flatMap(\.constants).map(\.value)
    return (Array(parameters.values) + Array(defaults.values) + constants).reduce(0) { $0 + $1.byteCount }
  }
}
