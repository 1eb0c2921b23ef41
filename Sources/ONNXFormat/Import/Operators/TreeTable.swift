import GraphIR

/// The attributes of TreeEnsemble, version 5 of `ai.onnx.ml`, in the form of TreeEnsembleRegressor: leaves are nodes,
/// and every node has the number of its tree.
struct TreeTable {
  /// The mode of a condition that holds for the members of a set.
  static let member = "BRANCH_MEMBER"

  private static let modes = [
    "BRANCH_LEQ", "BRANCH_LT", "BRANCH_GTE", "BRANCH_GT", "BRANCH_EQ", "BRANCH_NEQ", member,
  ]
  private static let aggregations = ["AVERAGE", "SUM", "MIN", "MAX"]
  private static let transforms = ["NONE", "SOFTMAX", "LOGISTIC", "SOFTMAX_ZERO", "PROBIT"]

  /// A call of TreeEnsembleRegressor.
  private(set) var regressor: OperatorCall
  /// The set of each node of mode ``member``; empty for the others.
  private(set) var sets: [[Float]] = []
  private let call: OperatorCall
  private var columns: [String: [Int]] = [:]
  private var names: [String] = []
  private var values: [Float] = []

  init(_ call: OperatorCall) throws {
    self.call = call
    regressor = call
    let splits = try numbers("nodes_splits").map(Float.init)
    guard case .tensor(let codes)? = call.attributes["nodes_modes"], codes.dtype == .int64 else {
      throw call.error(.graph, "'nodes_modes' is missing, expected a tensor of integers")
    }
    let kinds = codes.integers
    guard kinds.count == splits.count, kinds.allSatisfy(Self.modes.indices.contains) else {
      throw call.error(.graph, "'nodes_modes' has \(kinds.count) elements from 0 to 6, expected \(splits.count)")
    }
    let members = try self.members(kinds)
    let features = try whole("nodes_featureids", splits.count)
    let flags = try call.ints("nodes_missing_value_tracks_true") ?? []
    let sides = try [("nodes_truenodeids", "nodes_trueleafs"), ("nodes_falsenodeids", "nodes_falseleafs")].map {
      (try whole($0.0, splits.count), try whole($0.1, splits.count))
    }
    let (weights, targets) = (try numbers("leaf_weights").map(Float.init), try call.ints("leaf_targetids") ?? [])
    guard targets.count == weights.count else {
      throw call.error(.graph, "'leaf_targetids' has \(targets.count) elements, expected \(weights.count)")
    }
    let (roots, count) = (try call.ints("tree_roots") ?? [], splits.count)
    var seen: Set<Int> = []
    for (tree, root) in roots.enumerated() {
      // Leaves follow the inner nodes in the numbering.
      var open = [root]
      while let node = open.popLast() {
        guard (0..<count + weights.count).contains(node), seen.insert(node).inserted else {
          throw call.error(.graph, "node \(node) of tree \(tree) does not exist, or has two nodes above it")
        }
        if node < count {
          let next = sides.map { ids, areLeaves in areLeaves[node] == 0 ? ids[node] : count &+ ids[node] }
          add(
            Self.modes[kinds[node]], splits[node], set: members[node],
            ("nodes_treeids", tree), ("nodes_nodeids", node), ("nodes_featureids", features[node]),
            ("nodes_truenodeids", next[0]), ("nodes_falsenodeids", next[1]),
            ("nodes_missing_value_tracks_true", flags.count == count ? flags[node] : 0))
          open += next.reversed()
        } else {
          add(
            "LEAF", 0, set: [], ("nodes_treeids", tree), ("nodes_nodeids", node), ("nodes_featureids", 0),
            ("nodes_truenodeids", 0), ("nodes_falsenodeids", 0), ("nodes_missing_value_tracks_true", 0),
            ("target_treeids", tree), ("target_nodeids", node), ("target_ids", targets[node - count]))
        }
      }
    }
    fill(weights: columns["target_nodeids", default: []].map { weights[$0 - count] })
    try transfer("aggregate_function", Self.aggregations, default: 1)
    try transfer("post_transform", Self.transforms, default: 0)
  }

  private mutating func add(_ name: String, _ value: Float, set: [Float], _ entries: (String, Int)...) {
    names.append(name)
    values.append(value)
    sets.append(set)
    for (column, entry) in entries { columns[column, default: []].append(entry) }
  }

  private mutating func fill(weights: [Float]) {
    for (name, column) in columns { regressor.attributes[name] = .ints(column) }
    regressor.attributes["nodes_modes"] = .strings(names)
    regressor.attributes["nodes_values"] = .floats(values)
    regressor.attributes["target_weights"] = .floats(weights)
  }

  /// A choice that version 5 has as a number.
  private mutating func transfer(_ name: String, _ choices: [String], default value: Int) throws {
    let choice = try call.int(name, default: value)
    guard choices.indices.contains(choice) else {
      throw call.error(.graph, "'\(name)' is \(choice), expected 0 to \(choices.count - 1)")
    }
    regressor.attributes[name] = .string(choices[choice])
  }

  /// The set of each node; empty for those that compare. NaN ends a set.
  private func members(_ kinds: [Int]) throws -> [[Float]] {
    let isAbsent = call.attributes["membership_values"] == nil
    var given: ArraySlice<Float> = try isAbsent ? [] : numbers("membership_values").map(Float.init)[...]
    return try kinds.map { kind in
      guard Self.modes[kind] == Self.member else { return [] }
      guard let end = given.firstIndex(where: \.isNaN) else {
        throw call.error(.graph, "'membership_values' has too few sets, expected one for each node of mode 6")
      }
      defer { given = given[(end + 1)...] }
      return Array(given[..<end])
    }
  }

  private func numbers(_ name: String) throws -> [Double] {
    guard case .tensor(let value)? = call.attributes[name] else {
      throw call.error(.graph, "'\(name)' is missing, expected a tensor")
    }
    return value.doubles
  }

  private func whole(_ name: String, _ count: Int) throws -> [Int] {
    let numbers = try call.ints(name) ?? []
    guard numbers.count == count else {
      throw call.error(.graph, "'\(name)' has \(numbers.count) elements, expected \(count)")
    }
    return numbers
  }
}
