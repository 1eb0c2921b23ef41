import GraphIR

extension ImportedOperators {
  /// Ensembles of decision trees. They have no derivatives, but those of `post_transform`. Source: ONNX TreeEnsemble-5,
  /// TreeEnsembleRegressor-3 and TreeEnsembleClassifier-3 of `ai.onnx.ml`.
  static let trees: [String: Composition] = [
    "TreeEnsemble": { graph, call in
      let table = try TreeTable(call)
      let ensemble = try TreeEnsemble(graph, table.regressor, "target", sets: table.sets)
      let scores = try ensemble.scores(call.int("n_targets", default: 1))
      return [try graph.cast(graph.transformed(scores, table.regressor), like: call.input(0))]
    },
    "TreeEnsembleClassifier": { graph, call in
      guard let labels = try call.ints("classlabels_int64s"), !labels.isEmpty else {
        throw call.error(.unsupported, "its classes are texts, expected integers ('classlabels_int64s')")
      }
      let ensemble = try TreeEnsemble(graph, call, "class")
      guard labels.count == 2, Set(ensemble.targets).count == 1 else {
        let scores = try ensemble.scores(labels.count)
        let best = try graph.call(.argMax, scores, attributes: ["axis": .int(1), "keepdims": .int(0)])
        return [try graph.call(.gather, graph.integers(labels), best), try graph.transformed(scores, call)]
      }
      // One score for two classes: that of the second.
      let score = try ensemble.scores(1)
      let isShare =
        try ensemble.weights.allSatisfy { $0 >= 0 } && call.string("post_transform", default: "NONE") == "NONE"
      let bound = try graph.constant(isShare ? 0.5 : 0, like: score)
      let other = try isShare ? graph.call(.sub, graph.constant(1, like: score), score) : graph.call(.neg, score)
      let isSecond = try graph.call(
        .cast, graph.call(.greater, score, bound), attributes: ["to": .int(DataType.int64.onnxCode)])
      let both = try graph.call(.concat, [other, score], ["axis": .int(1)], outputCount: 1)[0]
      return [
        try graph.call(.gather, graph.integers(labels), graph.call(.squeeze, isSecond, graph.integers([1]))),
        try graph.transformed(both, call),
      ]
    },
    "TreeEnsembleRegressor": { graph, call in
      let ensemble = try TreeEnsemble(graph, call, "target")
      return [try graph.transformed(ensemble.scores(call.int("n_targets", default: 1)), call)]
    },
  ]
}

/// Decision trees as matrix products. Source: Nakandala et al., arXiv:2010.04804.
///
/// The row of a leaf has 1 for each node whose condition leads to it, and -1 for each whose opposite does. A sample
/// reaches the leaf if its conditions times that row count all of the former.
private struct TreeEnsemble {
  private struct Tree {
    /// The positions of the inner nodes among all nodes.
    var nodes: [Int] = []
    /// For each leaf its name, and the inner nodes above with the side that leads to it.
    var leaves: [(name: Int, path: [(node: Int, isTrue: Bool)])] = []
  }

  let graph: GraphImport
  let call: OperatorCall
  /// The target, and the weight, of each entry of the table of leaves.
  let targets: [Int]
  let weights: [Float]
  private let leafTrees: [Int]
  private let leafNodes: [Int]
  private let features: [Int]
  private let values: [Float]
  private let modes: [String]
  private let sets: [[Float]]
  private let tracksTrue: [Int]
  private var trees: [(name: Int, tree: Tree)] = []

  /// The trees of a node whose attributes for leaves begin with `prefix`. `sets` has the set of each node whose
  /// condition is that a number is a member.
  init(_ graph: GraphImport, _ call: OperatorCall, _ prefix: String, sets: [[Float]] = []) throws {
    self.graph = graph
    self.call = call
    self.sets = sets
    func floats(_ name: String) throws -> [Float] {
      guard case .floats(let numbers)? = call.attributes[name] else {
        throw call.error(.unsupported, "'\(name)' is missing, expected FLOATS")
      }
      return numbers
    }
    func whole(_ name: String, _ count: Int? = nil) throws -> [Int] {
      let numbers = try call.ints(name) ?? []
      guard count.map({ $0 == numbers.count }) ?? true else {
        throw call.error(.graph, "'\(name)' has \(numbers.count) elements, expected \(count ?? 0)")
      }
      return numbers
    }
    values = try floats("nodes_values")
    weights = try floats("\(prefix)_weights")
    targets = try whole("\(prefix)_ids", weights.count)
    leafTrees = try whole("\(prefix)_treeids", weights.count)
    leafNodes = try whole("\(prefix)_nodeids", weights.count)
    features = try whole("nodes_featureids", values.count)
    let flags = try whole("nodes_missing_value_tracks_true")
    tracksTrue = flags.count == values.count ? flags : values.map { _ in 0 }
    guard case .strings(let modes)? = call.attributes["nodes_modes"], modes.count == values.count else {
      throw call.error(.graph, "'nodes_modes' does not have \(values.count) elements")
    }
    self.modes = modes
    let (owners, names) = (try whole("nodes_treeids", values.count), try whole("nodes_nodeids", values.count))
    let sides = (try whole("nodes_truenodeids", values.count), try whole("nodes_falsenodeids", values.count))
    // The first node of a tree is its root.
    let groups = Dictionary(grouping: values.indices) { owners[$0] }
    for name in groups.keys.sorted() {
      let members = groups[name] ?? []
      let places = Dictionary(members.map { (names[$0], $0) }) { first, _ in first }
      // Before the paths take memory: those of a chain of nodes are long.
      let leafCount = members.count { modes[$0] == "LEAF" }
      _ = try graph.bounded([members.count - leafCount, leafCount], call)
      var tree = Tree()
      var open: [(node: Int, path: [(node: Int, isTrue: Bool)])] = [(members[0], [])]
      var visits = 0
      while let (node, path) = open.popLast() {
        visits += 1
        guard visits <= members.count else { throw call.error(.graph, "tree \(name) has a cycle") }
        guard modes[node] != "LEAF" else {
          tree.leaves.append((names[node], path))
          continue
        }
        guard let yes = places[sides.0[node]], let no = places[sides.1[node]] else {
          throw call.error(.graph, "node \(names[node]) of tree \(name) has no such branches")
        }
        let inner = tree.nodes.count
        tree.nodes.append(node)
        open += [(no, path + [(inner, false)]), (yes, path + [(inner, true)])]
      }
      trees.append((name, tree))
    }
    guard !trees.isEmpty else { throw call.error(.graph, "it has no nodes") }
  }

  /// The sums of the leaves that samples reach: [batch, count].
  func scores(_ count: Int) throws -> CompositionValue {
    let isSingle = count == 1
    guard count > 0, isSingle || targets.allSatisfy({ (0..<count).contains($0) }) else {
      throw call.error(.graph, "a leaf has another target than 0 to \(count - 1)")
    }
    let x = try graph.feature(0, call)
    let entries = Dictionary(grouping: targets.indices) { leafTrees[$0] }
    let terms = try trees.map { name, tree -> CompositionValue in
      let leaves = Dictionary(tree.leaves.indices.map { (tree.leaves[$0].name, $0) }) { first, _ in first }
      _ = try graph.bounded([tree.leaves.count, count], call)
      var table = [Float](repeating: 0, count: tree.leaves.count * count)
      for entry in entries[name] ?? [] {
        guard let leaf = leaves[leafNodes[entry]] else {
          throw call.error(.graph, "tree \(name) has no leaf \(leafNodes[entry])")
        }
        table[leaf * count + (isSingle ? 0 : targets[entry])] += weights[entry]
      }
      let results = graph.constant(TensorValue(table, shape: [tree.leaves.count, count]))
      return try graph.call(.matMul, reached(tree, x), results)
    }
    var total = try terms.dropFirst().reduce(terms[0]) { try graph.call(.add, $0, $1) }
    switch try call.string("aggregate_function", default: "SUM") {
    case "SUM": break
    case "AVERAGE": total = try graph.call(.div, total, graph.constant(Double(trees.count), like: total))
    case let other: throw call.error(.unsupported, "'aggregate_function' is '\(other)', expected SUM or AVERAGE")
    }
    guard case .floats(let base)? = call.attributes["base_values"], !base.isEmpty else { return total }
    guard base.count == 1 || base.count == count else {
      throw call.error(.unsupported, "'base_values' has \(base.count) elements, expected \(count)")
    }
    return try graph.call(.add, total, graph.constant(TensorValue(base)))
  }

  /// 1 for the leaf that a sample reaches, 0 for the others: [batch, leaves].
  private func reached(_ tree: Tree, _ x: CompositionValue) throws -> CompositionValue {
    guard !tree.nodes.isEmpty else {
      // A single leaf: 1 for each sample.
      let one = try graph.constant(1, like: x)
      return try graph.call(.where, graph.call(.isNaN, graph.slice(x, axis: 1, from: 0, to: 1)), one, one)
    }
    let places = graph.integers(tree.nodes.map { features[$0] })
    let numbers = try graph.call(.gather, x, places, attributes: ["axis": .int(1)])
    let names = tree.nodes.map { modes[$0] }
    var holds = try comparison(names[0], tree, numbers)
    for name in Set(names).subtracting([names[0]]).sorted() {
      let isNamed = graph.constant(TensorValue(names.map { $0 == name }))
      holds = try graph.call(
        .or, graph.call(.and, isNamed, comparison(name, tree, numbers)),
        graph.call(.and, graph.call(.not, isNamed), holds))
    }
    let flags = tree.nodes.map { tracksTrue[$0] != 0 }
    if flags.contains(true) {
      let missing = try graph.call(.and, graph.call(.isNaN, numbers), graph.constant(TensorValue(flags)))
      holds = try graph.call(.or, holds, missing)
    }
    var rows = [Float](repeating: 0, count: tree.nodes.count * tree.leaves.count)
    for (leaf, (_, path)) in tree.leaves.enumerated() {
      for (node, isTrue) in path { rows[node * tree.leaves.count + leaf] = isTrue ? 1 : -1 }
    }
    let matrix = graph.constant(TensorValue(rows, shape: [tree.nodes.count, tree.leaves.count]))
    let counts = tree.leaves.map { Float($0.path.count(where: \.isTrue)) }
    let sums = try graph.call(.matMul, graph.cast(holds, like: x), matrix)
    return try graph.cast(graph.call(.equal, sums, graph.constant(TensorValue(counts))), like: x)
  }

  /// Whether the condition of each node would hold in the mode `name`: [batch, nodes].
  private func comparison(_ name: String, _ tree: Tree, _ numbers: CompositionValue) throws -> CompositionValue {
    let operators: [String: Op] = [
      "BRANCH_LEQ": .lessOrEqual, "BRANCH_LT": .less, "BRANCH_GTE": .greaterOrEqual, "BRANCH_GT": .greater,
      "BRANCH_EQ": .equal, "BRANCH_NEQ": .equal,
    ]
    if name == TreeTable.member { return try isMember(tree, numbers) }
    guard let comparison = operators[name] else {
      throw call.error(.unsupported, "a tree has the mode '\(name)', expected a comparison")
    }
    let bounds = graph.constant(TensorValue(tree.nodes.map { values[$0] }))
    let holds = try graph.call(comparison, numbers, bounds)
    return name == "BRANCH_NEQ" ? try graph.call(.not, holds) : holds
  }

  /// Whether a number is in the set of its node. NaN, which fills the short sets up, is in none.
  private func isMember(_ tree: Tree, _ numbers: CompositionValue) throws -> CompositionValue {
    guard sets.count == values.count else { throw call.error(.graph, "a tree has the mode '\(TreeTable.member)'") }
    let sets = tree.nodes.map { self.sets[$0] }
    let size = max(1, sets.map(\.count).max() ?? 0)
    _ = try graph.bounded([sets.count, size], call)
    let table = sets.flatMap { $0 + [Float](repeating: .nan, count: size - $0.count) }
    let apart = try graph.call(.unsqueeze, numbers, graph.integers([2]))
    let equal = try graph.call(.equal, apart, graph.constant(TensorValue(table, shape: [sets.count, size])))
    let largest = try graph.call(
      .reduceMax, graph.cast(equal, like: numbers), graph.integers([2]), attributes: ["keepdims": .int(0)])
    return try graph.call(.greater, largest, graph.constant(0, like: numbers))
  }
}
