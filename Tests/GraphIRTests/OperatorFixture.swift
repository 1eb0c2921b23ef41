import GraphIR
import TestSupport

/// The files in `Fixtures/operators`, each written by the script of its name.
struct OperatorFixture: Decodable {
  /// A call and its outputs.
  struct Case: Decodable {
    let op: Op
    let label: String
    let inputs: [TensorFixture?]
    let attributes: [String: AttributeFixture]
    let outputs: [TensorFixture]

    var example: OpExample {
      OpExample(
        op, label, inputs.map { $0?.value }, Attributes(attributes.mapValues(\.value)), outputCount: outputs.count)
    }
  }

  /// An operator in ONNX's opset 21.
  struct Schema: Decodable {
    struct Formal: Decodable {
      let name: String
      let presence: String
      let types: [String]
    }

    struct Attribute: Decodable {
      let name: String
      let kind: String
      let `default`: String?
      let isRequired: Bool
    }

    let op: String
    let since: Int
    let inputs: [Formal]
    let outputs: [Formal]
    let attributes: [Attribute]
  }

  /// NumPy's slices of 0, 1, … for every start (row) and end (column) among `bounds`.
  struct Slices: Decodable {
    let extent: Int
    let step: Int
    let bounds: [Int]
    let elements: [[String]]
  }

  let schemas: [Schema]?
  let cases: [Case]
  let slices: [Slices]?

  private static let all = Result { try Fixtures.loadAll("operators", as: OperatorFixture.self) }

  static func schemas() throws -> [Schema] { try all.get().flatMap { $0.schemas ?? [] } }
  static func cases() throws -> [Case] { try all.get().flatMap(\.cases) }
  static func slices() throws -> [Slices] { try all.get().flatMap { $0.slices ?? [] } }
}

/// An attribute in a fixture: `{"kind": "FLOAT", "value": "0.5"}`; lists have blanks between their elements.
struct AttributeFixture: Decodable {
  let value: AttributeValue

  private enum CodingKeys: String, CodingKey { case kind, value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let kind = try container.decode(String.self, forKey: .kind)
    let text = try container.decode(String.self, forKey: .value)
    guard let value = AttributeValue(kind: kind, text: text) else {
      throw DecodingError.dataCorruptedError(forKey: .value, in: container, debugDescription: "'\(text)' is no \(kind)")
    }
    self.value = value
  }
}

extension AttributeValue {
  /// A value of ONNX's `kind`; nil if the text is invalid.
  init?(kind: String, text: String) {
    switch Kind(rawValue: kind) {
    case .int: if let number = Int(text) { self = .int(number) } else { return nil }
    case .float: if let number = Float(text) { self = .float(number) } else { return nil }
    case .string: self = .string(text)
    case .ints: self = .ints(text.split(separator: " ").compactMap { Int($0) })
    case .floats: self = .floats(text.split(separator: " ").compactMap { Float($0) })
    case .strings: self = .strings(text.split(separator: " ").map(String.init))
    default: return nil
    }
  }
}
