import Foundation
import GraphIR
import TestSupport
import Testing

@testable import ONNXFormat

/// Calls of every operator with inputs of any rank and attributes of any value. An import throws or succeeds, and never
/// stops the process.
@Suite struct HostileCallTests {
  /// An operator and its domain.
  struct Name: Sendable, CustomTestStringConvertible {
    let domain: String
    let name: String

    var testDescription: String { domain.isEmpty ? name : "\(domain).\(name)" }
  }

  private static let names: [Name] = {
    let vocabulary = Op.allCases.filter { $0.definition.signature.domain == Signature.onnxDomain }.map(\.rawValue)
    let standard = Set(ImportedOperators.compositions.keys).union(ImportedOperators.variants.keys).union(vocabulary)
    let others = ImportedOperators.others.flatMap { domain, names in names.keys.map { Name(domain: domain, name: $0) } }
    return standard.sorted().map { Name(domain: "", name: $0) }
      + others.sorted { ($0.domain, $0.name) < ($1.domain, $1.name) }
  }()

  private static let calls = 300
  private static let integers = [
    "axis", "group", "offset_group", "num_heads", "q_num_heads", "kv_num_heads", "rotary_embedding_dim", "p",
    "blocksize", "batch_axis", "time_axis", "block_size", "sampling_ratio", "output_height", "output_width",
    "hidden_size", "targets", "n_targets", "onesided", "inverse", "periodic", "keepdims", "num_outputs", "size",
    "interleaved", "sorted", "to", "ceil_mode", "center_point_box", "is_causal", "select_last_index",
    "training_mode", "align_corners", "num_groups", "stash_type", "exclusive", "reverse", "largest",
  ]
  private static let lists = [
    "axes", "kernel_shape", "pads", "strides", "dilations", "perm", "split", "output_shape", "output_padding", "shape",
    "classlabels_ints", "classlabels_int64s", "nodes_treeids", "nodes_nodeids", "nodes_featureids", "nodes_truenodeids",
    "nodes_falsenodeids", "target_ids", "target_treeids", "target_nodeids", "class_ids", "class_treeids",
    "class_nodeids", "inputdimensions",
  ]
  private static let fractions = [
    "offset", "scale", "coefficients", "intercepts", "nodes_values", "target_weights", "class_weights", "base_values",
  ]
  private static let texts = [
    "direction", "mode", "equation", "norm", "post_transform", "activation", "update_rule", "reduction",
    "coordinate_transformation_mode", "padding_mode", "layout", "auto_pad", "approximate",
  ]
  private static let words = [
    "LEFT", "RIGHT", "avg", "max", "linear", "nearest", "cubic", "L1", "MAX", "NONE", "SOFTMAX", "ij,jk->ik", "gated",
    "delta", "mean", "sum", "circular", "half_pixel", "align_corners", "zeros", "reflection", "SAME_UPPER", "VALID",
    "reverse", "bidirectional", "tanh", "silu", "",
  ]

  @Test(arguments: names) func anyCall(_ operation: Name) {
    var generator = SplitMix64(seed: operation.testDescription.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<Self.calls {
      let model = Self.model(operation, &generator)
      // The error is the result; only a trap would be a failure.
      _ = try? ONNXImporter().decode(model)
    }
  }

  @Test func someCallsAreValid() {
    var generator = SplitMix64(seed: 1)
    let valid = ["Relu", "Add", "Softmax", "Mean", "LpNormalization"].filter { name in
      (0..<10 * Self.calls).contains { _ in
        (try? ONNXImporter().decode(Self.model(Name(domain: "", name: name), &generator))) != nil
      }
    }
    #expect(valid.count == 5, "\(valid)")
  }

  private static func model(_ operation: Name, _ generator: inout SplitMix64) -> Data {
    let count = generator.int(0...6)
    let rank = generator.int(0...5)
    let tensors = (0..<count).map { index in tensor("i\(index)", rank, &generator) }
    var inputs = (0..<count).map { "i\($0)" }
    if count > 0, generator.chance(0.5) { inputs[0] = "x" }
    if count > 1, generator.chance(0.2) { inputs[generator.int(1...count - 1)] = "" }
    let outputs = ["y"] + (1..<generator.int(1...4)).map { "o\($0)" }
    let node = WireMessage.node(
      operation.name, inputs, outputs, domain: operation.domain, attributes: attributes(&generator))
    var model = WireMessage.model(
      opset: generator.pick([1, 7, 11, 13, 17, 20, 21, 24, 28]), .graph([node], initializers: tensors))
    for domain in ImportedOperators.others.keys.sorted() {
      model.fields.append(.message(8, [.text(1, domain), .int(2, 1)]))
    }
    return model.data
  }

  private static func tensor(_ name: String, _ rank: Int, _ generator: inout SplitMix64) -> WireMessage {
    let own = generator.chance(0.6) ? rank : generator.int(0...5)
    let extents = (0..<own).map { _ in generator.pick([0, 1, 1, 2, 2, 3, 4]) }
    let numbers = (0..<extents.reduce(1, *)).map { _ in generator.int(-2...4) }
    switch generator.int(0...4) {
    case 0:
      return .tensor(
        name, type: 7, extents, .bytes(7, numbers.flatMap { WireMessage.Field.varint(UInt64(bitPattern: Int64($0))) }))
    case 1: return .tensor(name, type: 9, extents, .bytes(5, numbers.map { UInt8($0 & 1) }))
    default: return .tensor(name, extents, .floats(4, numbers.map { Float($0) / 2 }))
    }
  }

  private static func attributes(_ generator: inout SplitMix64) -> [WireMessage] {
    if generator.chance(0.3) { return [] }
    func some(_ names: [String]) -> [String] {
      let share = generator.pick([0, 0.05, 0.3, 0.9])
      return names.filter { _ in generator.chance(share) }
    }
    func numbers() -> [Int] { (0..<generator.int(0...6)).map { _ in generator.pick([-1, 0, 1, 1, 2, 3, 7]) } }
    let extremes = [-1, 0, 1, 1, 2, 3, 7, Int.max, Int.min]
    return some(integers).map { .int($0, generator.pick(extremes)) } + some(lists).map { .ints($0, numbers()) }
      + some(fractions).map { name in
        [.text(1, name), .floats(7, numbers().map(Float.init)), .int(20, 6)]
      }
      + some(texts).map { name in [.text(1, name), .text(4, generator.pick(words)), .int(20, 3)] }
      + (generator.chance(0.5)
        ? [
          WireMessage(
            [.text(1, "nodes_modes")] + numbers().map { .text(9, $0 > 0 ? "BRANCH_LEQ" : "LEAF") } + [.int(20, 8)])
        ] : [])
  }
}
