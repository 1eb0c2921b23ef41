import Foundation

/// An ONNX model that attacks its reader, written byte by byte. The field numbers are those of onnx.proto.
struct HostileModel {
  let name: String
  /// The expected part of the message.
  let message: String
  /// The bytes of `attack.onnx`.
  let bytes: [UInt8]
  /// Creates other files in the folder.
  var prepare: @Sendable (URL) throws -> Void = { _ in }

  private static func varint(_ value: UInt64) -> [UInt8] {
    value < 0x80 ? [UInt8(value)] : [UInt8(value & 0x7f) | 0x80] + varint(value >> 7)
  }

  private static func int(_ number: UInt64, _ value: Int) -> [UInt8] {
    varint(number << 3) + varint(UInt64(bitPattern: Int64(value)))
  }

  private static func field(_ number: UInt64, _ content: [UInt8]) -> [UInt8] {
    varint(number << 3 | 2) + varint(UInt64(content.count)) + content
  }

  private static func text(_ number: UInt64, _ content: String) -> [UInt8] { field(number, Array(content.utf8)) }

  private static func node(_ op: String, _ inputs: [String], _ output: String) -> [UInt8] {
    field(1, inputs.flatMap { text(1, $0) } + text(2, output) + text(4, op))
  }

  /// y = x + w with the initializers in `content`.
  private static func model(_ content: [UInt8] = [], nodes: [UInt8] = node("Add", ["x", "w"], "y")) -> [UInt8] {
    func value(_ name: String) -> [UInt8] {
      text(1, name) + field(2, field(1, int(1, 1) + field(2, field(1, int(1, 1)))))
    }
    let graph = nodes + text(2, "main") + content + field(11, value("x")) + field(12, value("y"))
    return int(1, 10) + field(8, int(2, 21)) + field(7, graph)
  }

  private static func weight(_ extent: Int = 1, _ data: [UInt8]) -> [UInt8] {
    field(5, int(1, extent) + int(2, 1) + text(8, "w") + data)
  }

  private static func external(_ location: String, offset: String = "0", extent: Int = 1) -> [UInt8] {
    let entries = [("location", location), ("offset", offset)].flatMap { field(13, text(1, $0) + text(2, $1)) }
    return weight(extent, int(14, 1) + entries)
  }

  private static let victim: @Sendable (URL) throws -> Void = { folder in
    try Data(repeating: 7, count: 64).write(to: folder.appending(path: "victim"))
  }

  /// Subgraphs in attributes of nodes of subgraphs, `byteCount` bytes of them.
  private static func nested(_ byteCount: Int) -> [UInt8] {
    var (parts, length): ([[UInt8]], Int) = ([], 0)
    while length < byteCount {
      for number: UInt64 in [6, 5, 1] {
        parts.append(varint(number << 3 | 2) + varint(UInt64(length)))
        length += parts[parts.count - 1].count
      }
    }
    return varint(7 << 3 | 2) + varint(UInt64(length)) + parts.reversed().joined()
  }

  private static func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    Array(repeatElement(bytes, count: count).joined())
  }

  static let all: [HostileModel] = [
    HostileModel(name: "42 kB of nested subgraphs", message: "nested deeper than 100", bytes: nested(42_000)),
    HostileModel(
      name: "2 MB of empty nodes", message: "memory than the limits allow",
      bytes: field(7, repeated(field(1, []), 1_000_000))),
    HostileModel(
      name: "2 MB of empty initializers", message: "memory than the limits allow",
      bytes: field(7, repeated(field(5, []), 1_000_000))),
    HostileModel(
      name: "320 kB of duplicate graphs", message: "it is there twice", bytes: repeated(field(7, []), 160_000)),
    HostileModel(
      name: "320 kB of duplicate graphs of an attribute", message: "it is there twice",
      bytes: field(7, field(1, field(5, repeated(field(6, []), 160_000))))),
    HostileModel(
      name: "more raw_data than the shape", message: "8 bytes of raw_data, expected 4",
      bytes: model(weight(1, field(9, [UInt8](repeating: 0, count: 8))))),
    HostileModel(
      name: "raw_data longer than the file", message: "bytes are left",
      bytes: model(field(5, int(1, 1) + int(2, 1) + varint(9 << 3 | 2) + varint(1 << 40)))),
    HostileModel(
      name: "negative offset", message: "offset is '-4'", bytes: model(external("victim", offset: "-4")),
      prepare: victim),
    HostileModel(
      name: "offset that overflows", message: "which has 64 bytes",
      bytes: model(external("victim", offset: "9223372036854775807")), prepare: victim),
    HostileModel(name: "hard link", message: "2 hard links", bytes: model(external("link"))) { folder in
      try victim(folder)
      try FileManager.default.linkItem(
        at: folder.appending(path: "victim"), to: folder.appending(path: "link"))
    },
    HostileModel(name: "symbolic link", message: "is a link", bytes: model(external("link"))) { folder in
      try FileManager.default.createSymbolicLink(
        atPath: folder.appending(path: "link").path, withDestinationPath: "/etc/passwd")
    },
    HostileModel(name: "symbolic link to a folder", message: "is a link", bytes: model(external("etc/passwd"))) {
      try FileManager.default.createSymbolicLink(
        atPath: $0.appending(path: "etc").path, withDestinationPath: "/etc")
    },
    HostileModel(
      name: "path out of the folder", message: "expected the path of a file in the model's folder",
      bytes: model(external("../../../../etc/passwd"))),
    HostileModel(name: "device", message: "is a link or no regular file", bytes: model(external("pipe"))) {
      guard mkfifo($0.appending(path: "pipe").path, 0o600) == 0 else { throw POSIXError(.EIO) }
    },
    HostileModel(
      name: "cyclic graph", message: "which no earlier node produces",
      bytes: model(nodes: node("Relu", ["b"], "a") + node("Relu", ["a"], "b") + node("Relu", ["b"], "y"))),
    HostileModel(
      name: "10⁹ elements without data", message: "expected 1000000000",
      bytes: model(weight(1_000_000_000, []))),
    HostileModel(
      name: "10⁹ elements with empty raw_data", message: "0 bytes of raw_data, expected 4000000000",
      bytes: model(weight(1_000_000_000, field(9, [])))),
    HostileModel(
      name: "10⁹ elements in a small file", message: "which has 64 bytes",
      bytes: model(external("victim", extent: 1_000_000_000)), prepare: victim),
    HostileModel(
      name: "more bytes than any memory", message: "which no tensor has", bytes: model(weight(Int.max / 2, []))),
    HostileModel(
      name: "tensors that share 1 MiB", message: "at most twice its",
      bytes: model(repeated(external("shared", extent: 1 << 18), 10_000))
    ) { try Data(count: 1 << 20).write(to: $0.appending(path: "shared")) },
    HostileModel(
      name: "file with a hole of 4 TiB", message: "memory than the limits allow",
      bytes: model(external("hole", extent: 1 << 40))
    ) { folder in
      let path = folder.appending(path: "hole").path
      guard FileManager.default.createFile(atPath: path, contents: nil), truncate(path, 1 << 42) == 0 else {
        throw POSIXError(.EIO)
      }
    },
  ]
}
