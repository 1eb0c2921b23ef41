import Foundation
import GraphIR

extension ImportedOperators {
  /// Operators whose results have as many elements as the values of the inputs say. These have to be known.
  static let selection: [String: Composition] = [
    // Source: ONNX Compress-11.
    "Compress": { graph, call in
      let places = try graph.known(1, call).doubles.enumerated().filter { $0.element != 0 }.map(\.offset)
      let axis = try call.int("axis")
      let input = try call.input(0)
      let source = try axis == nil ? graph.reshape(input, to: [graph.knownShape(0, call).elementCount]) : input
      return [try graph.call(.gather, source, graph.integers(places), attributes: ["axis": .int(axis ?? 0)])]
    },
    // Source: ONNX NonMaxSuppression-11.
    "NonMaxSuppression": { graph, call in
      let suppression = try NonMaxSuppression(graph, call)
      let rows = suppression.selected()
      return [graph.constant(TensorValue(rows.flatMap { $0.map(Int64.init) }, shape: [rows.count, 3]))]
    },
    // Source: ONNX Unique-11.
    "Unique": { graph, call in
      let value = try graph.known(0, call)
      let given = try call.int("axis")
      // Compared as float64: NaN equals nothing, and larger integers are not exact.
      let areExact = value.doubles.allSatisfy { !$0.isNaN && (value.dtype != .int64 || abs($0) < 0x1p53) }
      guard areExact else {
        throw call.error(.unsupported, "the input has a NaN, or an integer of 2^53 or more, expected others")
      }
      let shape = given == nil ? [value.count] : value.shape
      guard let axis = shape.normalized(axis: given ?? 0) else {
        throw call.error(.graph, "'axis' is \(given ?? 0), and the input \(shape)")
      }
      // The elements at each position of the axis.
      let (stride, extent) = (shape.strides[axis], shape[axis])
      var rows = [[Double]](repeating: [], count: extent)
      for (index, element) in value.doubles.enumerated() { rows[index / stride % extent].append(element) }
      var order = (0..<extent).sorted { a, b in
        rows[a] == rows[b] ? a < b : rows[a].lexicographicallyPrecedes(rows[b])
      }
      var firsts = order.indices.filter { $0 == 0 || rows[order[$0]] != rows[order[$0 - 1]] }.map { order[$0] }
      if try call.int("sorted", default: 1) == 0 { firsts.sort() }
      let places = Dictionary(uniqueKeysWithValues: firsts.enumerated().map { (rows[$0.element], $0.offset) })
      order = rows.map { places[$0] ?? 0 }
      let counts = order.reduce(into: [Int](repeating: 0, count: firsts.count)) { $0[$1] += 1 }
      let source = try graph.reshape(call.input(0), to: shape)
      let result = try graph.call(.gather, source, graph.integers(firsts), attributes: ["axis": .int(axis)])
      return [result, graph.integers(firsts), graph.integers(order), graph.integers(counts)]
    },
  ]
}

extension GraphImport {
  /// The value of an input that decides the number of results.
  ///
  /// - throws: ``ONNXError`` for an input that is not known before the graph runs: a weight, an input of the graph,
  ///   or a result that depends on either.
  func known(_ index: Int, _ call: OperatorCall) throws -> TensorValue {
    guard let value = constant(try call.input(index)) else {
      throw call.error(
        .unsupported,
        "input \(index) is not known before the graph runs, but decides the number of results; expected a constant, "
          + "as '--constant' and 'zoo run' make one")
    }
    return value
  }
}

/// Boxes in order of their scores, without those that overlap one before.
private struct NonMaxSuppression {
  private struct Box {
    var low: (Double, Double)
    var high: (Double, Double)
    var area: Double { (high.0 - low.0) * (high.1 - low.1) }

    /// The area of the intersection by that of the union; 0 for boxes without an area.
    func overlap(_ other: Box) -> Double {
      let height = min(high.0, other.high.0) - max(low.0, other.low.0)
      let width = min(high.1, other.high.1) - max(low.1, other.low.1)
      guard height > 0, width > 0, area > 0, other.area > 0 else { return 0 }
      return height * width / (area + other.area - height * width)
    }
  }

  private let boxes: [[Box]]
  /// By batch, class and box.
  private let scores: [[[Double]]]
  private let limit: Int
  private let threshold: Double
  private let least: Double

  init(_ graph: GraphImport, _ call: OperatorCall) throws {
    let (boxes, scores) = (try graph.known(0, call), try graph.known(1, call))
    guard boxes.shape.rank == 3, boxes.shape[2] == 4, scores.shape.rank == 3, boxes.shape[0] == scores.shape[0],
      boxes.shape[1] == scores.shape[2]
    else { throw call.error(.graph, "the boxes are \(boxes.shape), and the scores \(scores.shape)") }
    let isCentred = try call.int("center_point_box", default: 0) == 1
    let (count, classes, numbers, marks) = (boxes.shape[1], scores.shape[1], boxes.doubles, scores.doubles)
    self.boxes = (0..<boxes.shape[0]).map { batch in
      (0..<count).map { box in
        let at = 4 * (batch * count + box)
        let (a, b, c, d) = (numbers[at], numbers[at + 1], numbers[at + 2], numbers[at + 3])
        // Corners in any order, or the centre (x, y) with width and height.
        if isCentred { return Box(low: (b - d / 2, a - c / 2), high: (b + d / 2, a + c / 2)) }
        return Box(low: (min(a, c), min(b, d)), high: (max(a, c), max(b, d)))
      }
    }
    self.scores = (0..<scores.shape[0]).map { batch in
      (0..<classes).map { name in
        let at = (batch * classes + name) * count
        return Array(marks[at..<at + count])
      }
    }
    limit = try graph.knownInteger(2, call) ?? 0
    threshold = try call.has(3) ? graph.known(3, call).doubles.first ?? 0 : 0
    // Each box is compared with those that stay.
    _ = try graph.bounded([scores.shape[0], classes, count, min(max(limit, 0), count)], call, limit: 1 << 28)
    least = try call.has(4) ? graph.known(4, call).doubles.first ?? -.infinity : -.infinity
  }

  /// Batch, class and box of each box that stays.
  func selected() -> [[Int]] {
    scores.enumerated().flatMap { batch, classes in
      classes.enumerated().flatMap { name, marks in
        let order = marks.indices.filter { marks[$0] > least }.sorted { a, b in
          marks[a] == marks[b] ? a < b : marks[a] > marks[b]
        }
        var kept: [Int] = []
        for box in order where kept.count < limit {
          if kept.allSatisfy({ boxes[batch][$0].overlap(boxes[batch][box]) <= threshold }) { kept.append(box) }
        }
        return kept.map { [batch, name, $0] }
      }
    }
  }
}
