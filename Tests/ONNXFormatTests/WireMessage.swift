import Foundation
import GraphIR

/// Protobuf's bytes, composed by hand, for models that no exporter would write.
struct WireMessage: ExpressibleByArrayLiteral {
  /// One field with its key.
  struct Field {
    let bytes: [UInt8]

    static func int(_ number: UInt64, _ value: Int) -> Field {
      Field(bytes: varint(number << 3) + varint(UInt64(bitPattern: Int64(value))))
    }

    static func bytes(_ number: UInt64, _ content: [UInt8]) -> Field {
      Field(bytes: varint(number << 3 | 2) + varint(UInt64(content.count)) + content)
    }

    static func text(_ number: UInt64, _ content: String) -> Field { .bytes(number, Array(content.utf8)) }

    static func message(_ number: UInt64, _ content: WireMessage) -> Field { .bytes(number, content.bytes) }

    /// A packed list of fixed-width numbers, or a single such number for wire type 5.
    static func floats(_ number: UInt64, _ values: [Float]) -> Field {
      .bytes(number, values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) })
    }

    static func varint(_ value: UInt64) -> [UInt8] {
      var (rest, bytes) = (value, [UInt8]())
      while rest >= 0x80 {
        bytes.append(UInt8(rest & 0x7f) | 0x80)
        rest >>= 7
      }
      return bytes + [UInt8(rest)]
    }
  }

  var fields: [Field]

  init(_ fields: [Field]) { self.fields = fields }
  init(arrayLiteral fields: Field...) { self.fields = fields }

  var bytes: [UInt8] { fields.flatMap(\.bytes) }
  var data: Data { Data(bytes) }
}

/// ONNX's messages by hand; the field numbers are those of onnx.proto.
extension WireMessage {
  static func model(opset: Int = 21, irVersion: Int = 10, domain: String = "", _ graph: WireMessage) -> WireMessage {
    [.int(1, irVersion), .message(8, [.text(1, domain), .int(2, opset)]), .message(7, graph)]
  }

  /// A graph from `x` [2, 3] to `y`, float32, whose output has unknown extents.
  static func graph(
    _ nodes: [WireMessage], initializers: [WireMessage] = [], outputRank: Int = 2, extra: [Field] = []
  ) -> WireMessage {
    let unknown = [Int](repeating: -1, count: outputRank)
    return WireMessage(
      nodes.map { .message(1, $0) } + [.text(2, "main")] + initializers.map { .message(5, $0) } + [
        .message(11, value("x", [2, 3])), .message(12, value("y", unknown)),
      ] + extra)
  }

  static func node(
    _ op: String, _ inputs: [String], _ outputs: [String] = ["y"], name: String = "", domain: String? = nil,
    attributes: [WireMessage] = []
  ) -> WireMessage {
    WireMessage(
      inputs.map { .text(1, $0) } + outputs.map { .text(2, $0) } + [.text(3, name), .text(4, op)]
        + (domain.map { [.text(7, $0)] } ?? []) + attributes.map { .message(5, $0) })
  }

  static func ints(_ name: String, _ values: [Int]) -> WireMessage {
    WireMessage([.text(1, name)] + values.map { .int(8, $0) } + [.int(20, 7)])
  }

  static func int(_ name: String, _ value: Int) -> WireMessage { [.text(1, name), .int(3, value), .int(20, 2)] }

  static func tensor(_ name: String, type: Int = 1, _ dims: [Int], _ data: Field...) -> WireMessage {
    WireMessage(dims.map { .int(1, $0) } + [.int(2, type), .text(8, name)] + data)
  }

  /// A tensor's name and type; an extent of -1 is unknown.
  static func value(_ name: String, type: Int = 1, _ dims: [Int]) -> WireMessage {
    let shape = WireMessage(dims.map { .message(1, $0 < 0 ? [] : [.int(1, $0)]) })
    return [.text(1, name), .message(2, [.message(1, [.int(1, type), .message(2, shape)])])]
  }
}
