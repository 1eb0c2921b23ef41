import GraphIR

extension ImportedOperators {
  static let nGrams: [String: Composition] = [
    "TfIdfVectorizer": { graph, call in [try NGrams(graph, call).result()] }
  ]
}

/// Counts of n-grams, lists of integers, in rows of integers. Source: ONNX TfIdfVectorizer-9.
private struct NGrams {
  let graph: GraphImport
  let call: OperatorCall
  /// The n-grams of each length, and the column of the result in which each is counted.
  private var grams: [Int: [(items: [Int], column: Int)]] = [:]
  private let width: Int
  private let lengths: ClosedRange<Int>

  init(_ graph: GraphImport, _ call: OperatorCall) throws {
    self.graph = graph
    self.call = call
    guard let pool = try call.ints("pool_int64s") else {
      throw call.error(.unsupported, "its n-grams are texts, expected integers ('pool_int64s')")
    }
    let starts = try call.ints("ngram_counts") ?? []
    let columns = try call.ints("ngram_indexes") ?? []
    let (least, most) = (try call.int("min_gram_length", default: 1), try call.int("max_gram_length", default: 1))
    guard 1 <= least, least <= most, let last = columns.max(), columns.allSatisfy({ $0 >= 0 }) else {
      throw call.error(.graph, "lengths \(least) to \(most) and \(columns.count) columns, expected at least 1 each")
    }
    lengths = least...most
    width = try graph.bounded([last], call) + 1
    var number = 0
    for (index, (start, end)) in zip(starts, starts.dropFirst() + [pool.count]).enumerated() {
      let length = index + 1
      guard 0 <= start, start <= end, end <= pool.count, (end - start) % length == 0,
        (end - start) / length <= columns.count - number
      else {
        throw call.error(.graph, "'ngram_counts' is \(starts) for \(pool.count) items of \(columns.count) n-grams")
      }
      for position in stride(from: start, to: end, by: length) {
        grams[length, default: []].append((Array(pool[position..<position + length]), columns[number]))
        number += 1
      }
    }
  }

  func result() throws -> CompositionValue {
    let counts = try self.counts()
    let zero = try graph.constant(0, like: counts)
    let weights: CompositionValue
    if case .floats(let numbers)? = call.attributes["weights"] {
      guard numbers.count >= width else {
        throw call.error(.graph, "'weights' has \(numbers.count) elements, expected \(width)")
      }
      weights = graph.constant(TensorValue(Array(numbers[..<width])))
    } else {
      weights = graph.constant(TensorValue(repeating: 1, type: TensorType(.float32, [width])))
    }
    switch try call.string("mode", default: "") {
    case "TF": return counts
    case "IDF": return try graph.call(.where, graph.call(.greater, counts, zero), weights, zero)
    case "TFIDF": return try graph.call(.mul, counts, weights)
    case let other: throw call.error(.graph, "'mode' is '\(other)', expected TF, IDF or TFIDF")
    }
  }

  /// The number of places of each n-gram: [row, column]. Its items are neighbours, or up to `max_skip_count` others
  /// are between any two of them, always as many.
  private func counts() throws -> CompositionValue {
    let row = try graph.call(.cast, call.input(0), attributes: ["to": .int(DataType.int64.onnxCode)])
    let shape = try graph.shape(row)
    guard (1...2).contains(shape.rank), let extent = shape.last, extent >= 0 else {
      throw call.error(.unsupported, "the input is \(shape), expected one or two axes and a known length of the last")
    }
    let skips = try call.int("max_skip_count", default: 0)
    // Rows of this sum are those of the result, also if no n-gram fits into them.
    let float = try graph.call(.cast, row, attributes: ["to": .int(DataType.float32.onnxCode)])
    let sum = try graph.call(.reduceSum, float, graph.integers([-1]))
    var total = try graph.call(
      .mul, sum, graph.constant(TensorValue(repeating: 0, type: TensorType(.float32, [width]))))
    for length in grams.keys.sorted() where lengths.contains(length) && length <= extent {
      // Single items have no distance. The last one of others is within the row.
      let distances = length == 1 ? 1 : min(min(max(skips, 0), extent) + 1, (extent - 1) / (length - 1))
      // Each comparison is nodes of the graph.
      _ = try graph.bounded([length, distances], call, limit: 4096)
      for distance in 1...distances {
        let places = extent - (length - 1) * distance
        total = try graph.call(.add, total, counts(of: grams[length] ?? [], in: row, places, distance))
      }
    }
    return total
  }

  /// The counts at the first `places` places, for one distance of items.
  private func counts(
    of grams: [(items: [Int], column: Int)], in row: CompositionValue, _ places: Int, _ distance: Int
  ) throws -> CompositionValue {
    _ = try graph.bounded([places, grams.count], call)
    var matches: CompositionValue?
    for item in 0..<(grams.first?.items.count ?? 0) {
      let part = try graph.slice(
        row, axis: graph.shape(row).rank - 1, from: item * distance, to: item * distance + places)
      let equal = try graph.call(
        .equal, graph.call(.unsqueeze, part, graph.integers([-1])), graph.integers(grams.map { $0.items[item] }))
      matches = try matches.map { try graph.call(.and, $0, equal) } ?? equal
    }
    guard let matches else { preconditionFailure("n-grams without items") }
    let numbers = try graph.call(.cast, matches, attributes: ["to": .int(DataType.float32.onnxCode)])
    let found = try graph.call(.reduceSum, numbers, graph.integers([-2]), attributes: ["keepdims": .int(0)])
    _ = try graph.bounded([grams.count, width], call)
    var table = [Float](repeating: 0, count: grams.count * width)
    for (index, gram) in grams.enumerated() { table[index * width + gram.column] = 1 }
    return try graph.call(.matMul, found, graph.constant(TensorValue(table, shape: [grams.count, width])))
  }
}
