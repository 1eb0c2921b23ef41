import Foundation
import GraphIR

extension AttributeValue {
  /// The value as JSON; nil for a tensor. Floats are the shortest decimals that restore the same bits, or the strings
  /// `inf`, `-inf` and `nan`.
  var json: String? {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .withoutEscapingSlashes
      encoder.nonConformingFloatEncodingStrategy =
        .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      let data: Data? =
        switch self {
        case .int(let value): try encoder.encode(value)
        case .float(let value): try encoder.encode(value)
        case .string(let value): try encoder.encode(value)
        case .ints(let values): try encoder.encode(values)
        case .floats(let values): try encoder.encode(values)
        case .strings(let values): try encoder.encode(values)
        case .tensor: nil
        }
      return data.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// The value of a kind in JSON.
  ///
  /// - Throws: `DecodingError` for text that is not such a value.
  init(_ kind: Kind, json: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy =
      .convertFromString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    func decode<Value: Decodable>() throws -> Value { try decoder.decode(Value.self, from: Data(json.utf8)) }
    self =
      switch kind {
      case .int: .int(try decode())
      case .float: .float(try decode())
      case .string: .string(try decode())
      case .ints: .ints(try decode())
      case .floats: .floats(try decode())
      case .strings: .strings(try decode())
      case .tensor: throw StoreError(.corrupt, "a tensor can't be in JSON")
      }
  }
}
