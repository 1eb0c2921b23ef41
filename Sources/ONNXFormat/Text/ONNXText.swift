import CONNX
import Foundation

/// ONNX's textual syntax: the form of a model for people, as `onnx.printer` writes and `onnx.parser` reads it.
///
/// Models are packed `ModelProto`s, of any element type and operator. A model that was printed and parsed is the same
/// model, except that
/// - elements of tensors are in typed fields, not in `raw_data`, and every NaN is the usual one;
/// - absent fields are empty or zero where ONNX does not distinguish the two.
///
/// `onnx.parser` reads every printed text but those with a name in a place where it accepts identifiers only:
/// operators, domains, attributes, graphs and tensors in attributes. There, quotes stand around the name. It drops the
/// elements of attributes that are lists of tensors, graphs or types. Documentation and metadata of graphs, nodes,
/// values, tensors and functions are comments before the item, `#: doc_string: "…"`, which only this parser reads.
///
/// Source: ONNX, `docs/Syntax.md`.
public enum ONNXText {
  /// The endings of the names of files in textual syntax, without dots.
  public static let fileExtensions = ["onnxtxt", "onnxtext"]

  /// The text of a model, in UTF-8 unless a text in the model is not.
  ///
  /// - Parameters:
  ///   - model: a packed `ModelProto`.
  ///   - longest: the most elements of a tensor that are printed; by default all. The others have types without
  ///     elements, and the text is then no complete model.
  ///   - limits: the limits on the cost of the model.
  /// - throws: ``ONNXError`` for bytes that are no model, and with code `unsupported` for a model with a field that the
  ///   syntax lacks, naming it: sparse initializers, quantization annotations, denotations, training information.
  public static func print(_ model: Data, longest: Int = .max, limits: Limits = Limits()) throws -> Data {
    try withUnpacked(model, limits: limits) { message in
      var printer = TextPrinter(longest: longest)
      try printer.model(message)
      return Data(printer.text)
    }
  }

  /// The model of a text, as a packed `ModelProto`.
  ///
  /// - throws: ``ONNXError`` with line and column, expected and found.
  public static func parse(_ text: Data, limits: Limits = Limits()) throws -> Data {
    var parser = TextParser(Array(text), limits: limits)
    let message = try parser.model()
    return try withExtendedLifetime(parser.arena) {
      let count = onnx__model_proto__get_packed_size(message)
      guard count <= Int(Int32.max) else {
        throw ONNXError(code: .limit, message: "the model of this text takes \(count) bytes, ONNX allows 2 GiB")
      }
      var bytes = Data(count: count)
      bytes.withUnsafeMutableBytes { buffer in
        _ = onnx__model_proto__pack(message, buffer.baseAddress?.assumingMemoryBound(to: UInt8.self))
      }
      return bytes
    }
  }
}

/// Calls `body` with the messages of a model.
///
/// - throws: ``ONNXError`` for bytes that are no model within `limits`.
func withUnpacked<Result>(
  _ model: Data, limits: Limits, _ body: (Onnx__ModelProto) throws -> Result
) throws -> Result {
  _ = try WireScan.skeleton(ofModel: .memory(model), limits: limits)
  let unpacked = try UnpackedMessage(
    Array(model), budget: limits.messageBytes(ofFile: model.count), unpack: onnx__model_proto__unpack,
    free: onnx__model_proto__free_unpacked)
  return try withExtendedLifetime(unpacked) { try body(unpacked.message.pointee) }
}
