import Foundation
import GraphIR
import ONNXFormat
import Testing

/// Bytes that try to crash, hang or fill the memory of a reader.
@Suite struct HostileBytesTests {
  let importer = ONNXImporter()

  @Test func deepNestingIsRefused() {
    // Graphs in attributes in nodes in graphs: fields 1, 5 and 6, wrapped from the inside out.
    let fields: [UInt64] = [6, 5, 1]
    var parts: [[UInt8]] = []
    var length = 0
    for level in 0..<99_999 {
      let header = WireMessage.Field.varint(fields[level % 3] << 3 | 2) + WireMessage.Field.varint(UInt64(length))
      parts.append(header)
      length += header.count
    }
    parts.append(WireMessage.Field.varint(7 << 3 | 2) + WireMessage.Field.varint(UInt64(length)))
    let bytes = Data(parts.reversed().joined())
    expectError(.limit, "nested deeper than 100") { try importer.decode(bytes) }
  }

  @Test func millionEmptyMessagesAreRefused() {
    let nodes = Array(repeatElement([0x0a, 0] as [UInt8], count: 1_000_000).joined())
    expectError(.limit, "memory") { try importer.decode(([.bytes(7, nodes)] as WireMessage).data) }
  }

  @Test func unknownFieldsTakeNoMemory() throws {
    let unknown = repeatElement([0xf8, 0x06, 1] as [UInt8], count: 1_000_000).joined()
    let model = WireMessage.model(.graph([.node("Abs", ["x"])])).data
    #expect(try importer.decode(model + Data(unknown)) == importer.decode(model))
  }

  @Test func limitsAreTheCallers() throws {
    let bytes = try ONNXExporter.encode(Example.generator().model)
    expectError(.limit, "nested deeper than 3") { try ONNXImporter(limits: Limits(depth: 3)).decode(bytes) }
    expectError(.limit, "memory") { try ONNXImporter(limits: Limits(memory: 100, memoryPerByte: 1)).decode(bytes) }
  }

  @Test func repeatedSubmessageIsRefused() {
    let graph = WireMessage.graph([.node("Abs", ["x"])])
    var model = WireMessage.model(graph)
    model.fields.append(.message(7, graph))
    expectError(.malformed, "'graph'", "twice") { try importer.decode(model.data) }
  }

  @Test func secondMemberOfAOneofIsRefused() {
    let dimension: WireMessage = [.int(1, 4), .text(2, "batch")]
    let shape: WireMessage = [.message(1, dimension)]
    let type: WireMessage = [.message(1, [.int(1, 1), .message(2, shape)])]
    let graph: WireMessage = [.message(11, [.text(1, "x"), .message(2, type)])]
    expectError(.malformed, "dim_param", "twice") { try importer.decode(WireMessage.model(graph).data) }
  }

  @Test(arguments: [[0x61, 0x00, 0x62], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x82]] as [[UInt8]])
  func brokenTextIsRefused(_ text: [UInt8]) {
    expectError(.malformed, "'graph.name'", "UTF-8") {
      try importer.decode(WireMessage.model([.bytes(2, text)]).data)
    }
  }

  @Test(
    arguments: [
      ([0x08], "ends within a number"),
      ([0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02], "more than 64 bits"),
      ([0x3a, 0x05, 0x00], "its length is 5, but 1 bytes are left"),
      ([0x3a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], "bytes are left"),
      ([0x00, 0x00], "no field key"), ([0x3b, 0x3c], "no field key"), ([0x38, 0x01], "expected wire type"),
      ([0x0a, 0x00], "expected wire type"), ([0xf5, 0x06, 0x01, 0x02], "ends within a number"),
    ] as [([UInt8], String)])
  func brokenEncodingIsRefused(_ bytes: [UInt8], _ reason: String) {
    expectError(.malformed, reason) { try importer.decode(Data(bytes)) }
  }

  @Test func brokenPackedListIsRefused() {
    let tensor = WireMessage.tensor("w", [1], .bytes(4, [0, 0, 0]))
    expectError(.malformed, "float_data", "4 bytes each") {
      try importer.decode(WireMessage.model(.graph([], initializers: [tensor])).data)
    }
  }

  @Test func everyTruncationThrows() throws {
    let bytes = try ONNXExporter.encode(Example.generator().model)
    var decoded = 0
    for count in 0..<bytes.count {
      do {
        _ = try importer.decode(bytes.prefix(count))
        decoded += 1
      } catch is ONNXError {}
    }
    // The last fields are metadata. A text that ends exactly between two of them is a complete model.
    #expect(decoded <= 4)
  }

  @Test(arguments: 0..<20)
  func flippedBytesThrowOrGiveAValidGraph(_ seed: UInt64) throws {
    let examples = try [Example.generator(), Example.trainingNorm()] + Op.allCases.flatMap(Example.examples)
    var random = RandomStream(seed: seed, name: "flips")
    for example in examples {
      let bytes = try ONNXExporter.encode(example.model)
      for _ in 0..<50 {
        var broken = bytes
        let words = random.words(8)
        for flip in 0..<Int(words[0] % 3 + 1) {
          broken[Int(words[flip * 2 + 1]) % bytes.count] = UInt8(truncatingIfNeeded: words[flip * 2 + 2])
        }
        do {
          let model = try importer.decode(broken)
          try model.graph.verify()
        } catch let error as ONNXError {
          #expect(!error.description.isEmpty)
        }
      }
    }
  }

  @Test func noiseThrows() {
    var random = RandomStream(seed: 1, name: "noise")
    for count in 1..<500 {
      let bytes = Data(random.words(count).map { UInt8(truncatingIfNeeded: $0) })
      #expect(throws: ONNXError.self) { try importer.decode(bytes) }
    }
  }
}
