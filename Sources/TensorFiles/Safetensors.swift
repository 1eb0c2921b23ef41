import Foundation
import GraphIR

/// The safetensors format: the length of a header, the header in JSON, and the elements without gaps.
///
/// Source: huggingface.co/docs/safetensors, "Format", whose limits these are.
enum Safetensors {
  private struct Entry: Codable {
    let dtype: String
    let shape: [Int]
    let data_offsets: [Int]
  }

  private enum Item: Codable {
    case tensor(Entry)
    case metadata([String: String])

    init(from decoder: any Decoder) throws {
      let isMetadata = decoder.codingPath.last?.stringValue == Safetensors.metadataName
      self = isMetadata ? .metadata(try [String: String](from: decoder)) : .tensor(try Entry(from: decoder))
    }

    func encode(to encoder: any Encoder) throws {
      switch self {
      case .tensor(let entry): try entry.encode(to: encoder)
      case .metadata(let texts): try texts.encode(to: encoder)
      }
    }
  }

  private static let metadataName = "__metadata__"
  private static let greatestHeader = 100_000_000

  static func encoded(_ tensors: [String: TensorValue], metadata: [String: String]) throws -> Data {
    guard tensors[metadataName] == nil else {
      throw TensorFileError(.unsupported, "a tensor is called '\(metadataName)', which the format reserves")
    }
    // Wide elements first, so that every tensor lies at a multiple of the size of its elements.
    let sorted = tensors.sorted { first, second in
      let (left, right) = (first.value.dtype.byteCount, second.value.dtype.byteCount)
      return left == right ? first.key < second.key : left > right
    }
    var items: [String: Item] = metadata.isEmpty ? [:] : [metadataName: .metadata(metadata)]
    var offset = 0
    for (name, value) in sorted {
      items[name] = .tensor(
        Entry(
          dtype: ElementKind(value.dtype).safetensorsName, shape: value.shape.dimensions,
          data_offsets: [offset, offset + value.byteCount]))
      offset += value.byteCount
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var header = try encoder.encode(items)
    header.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - header.count % 8) % 8))
    guard header.count <= greatestHeader else {
      throw TensorFileError(.unsupported, "the names take \(header.count) bytes, expected at most \(greatestHeader)")
    }
    var data = Data(capacity: 8 + header.count + offset)
    data.append(littleEndian: UInt64(header.count))
    data.append(header)
    for (_, value) in sorted { value.withUnsafeBytes { data.append(contentsOf: $0) } }
    return data
  }

  static func decoded(_ bytes: [UInt8]) throws -> [String: TensorValue] {
    guard let length = bytes.littleEndian(UInt64.self, at: 0) else {
      throw TensorFileError(.corrupt, "expected the length of a header in 8 bytes, found \(bytes.count) bytes")
    }
    guard length <= greatestHeader, length <= bytes.count - 8 else {
      throw TensorFileError(
        .corrupt, "the header has \(length) bytes, expected at most \(min(bytes.count - 8, greatestHeader))")
    }
    let start = 8 + Int(length)
    let items = try header(bytes[8..<start])
    var result: [String: TensorValue] = [:]
    var ranges: [(name: String, range: Range<Int>)] = []
    for (name, item) in items {
      guard case .tensor(let entry) = item else { continue }
      do {
        let range = try range(of: entry, limit: bytes.count - start)
        guard let kind = ElementKind.allCases.first(where: { $0.safetensorsName == entry.dtype }) else {
          throw TensorFileError(.unsupported, "element type \(entry.dtype) is not one of zoo's")
        }
        guard try kind.byteCount(of: entry.shape) == range.count else {
          throw TensorFileError(
            .corrupt, "shape \(entry.shape) of \(entry.dtype) does not fill \(range.count) bytes")
        }
        result[name] = try bytes.withUnsafeBytes {
          let place = range.lowerBound + start..<range.upperBound + start
          return try kind.value(UnsafeRawBufferPointer(rebasing: $0[place]), shape: Shape(entry.shape))
        }
        ranges.append((name, range))
      } catch let error as TensorFileError {
        throw error.of("tensor '\(name)'")
      }
    }
    try checkCover(ranges, of: bytes.count - start)
    return result
  }

  private static func header(_ bytes: ArraySlice<UInt8>) throws -> [String: Item] {
    // Programs read a file with a duplicate name differently, and the decoder would take either tensor.
    if let name = try JSONKeys.duplicate(in: bytes) {
      throw TensorFileError(.corrupt, "the header has the key '\(name)' twice")
    }
    do {
      // The decoder would take white space or a byte order mark in front of it.
      guard bytes.first == UInt8(ascii: "{") else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no object"))
      }
      return try JSONDecoder().decode([String: Item].self, from: Data(bytes))
    } catch let error as DecodingError {
      throw TensorFileError(.corrupt, "the header is not that of a safetensors file (\(Self.reason(error)))")
    }
  }

  private static func reason(_ error: DecodingError) -> String {
    func text(_ context: DecodingError.Context, _ problem: String) -> String {
      context.codingPath.isEmpty ? problem : "\(problem) in '\(context.codingPath[0].stringValue)'"
    }
    return switch error {
    case .keyNotFound(let key, let context): text(context, "no '\(key.stringValue)'")
    case .typeMismatch(_, let context), .valueNotFound(_, let context): text(context, "an entry of another kind")
    case .dataCorrupted(let context): text(context, "no JSON, or a number out of range")
    @unknown default: "an unknown problem"
    }
  }

  private static func range(of entry: Entry, limit: Int) throws -> Range<Int> {
    let offsets = entry.data_offsets
    guard offsets.count == 2, 0 <= offsets[0], offsets[0] <= offsets[1], offsets[1] <= limit else {
      throw TensorFileError(.corrupt, "data_offsets are \(offsets), expected two from 0 to \(limit) in order")
    }
    return offsets[0]..<offsets[1]
  }

  /// - Throws: ``TensorFileError`` where tensors overlap or bytes belong to none.
  private static func checkCover(_ ranges: [(name: String, range: Range<Int>)], of count: Int) throws {
    var end = 0
    for (name, range) in ranges.sorted(by: {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }) {
      guard range.lowerBound == end else {
        let problem = range.lowerBound < end ? "overlaps another" : "has a gap before it"
        throw TensorFileError(
          .corrupt, "tensor '\(name)' \(problem): it begins at \(range.lowerBound), expected \(end)")
      }
      end = range.upperBound
    }
    guard end == count else {
      throw TensorFileError(.corrupt, "the tensors end at \(end), expected \(count), the end of the file")
    }
  }
}
