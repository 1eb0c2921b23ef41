import GraphIR

/// An image sampled at positions from -1 to 1. Source: ONNX GridSample-20; PyTorch `grid_sample`.
///
/// Every position reads its neighbours: the nearest one, two for each axis, or four. Their weights are products of one
/// weight for each axis. So derivatives exist by image and by position.
struct GridSample {
  private let graph: GraphImport
  private let call: OperatorCall
  private let image: CompositionValue
  private let grid: CompositionValue
  private let shape: Shape
  private let positions: Shape
  private let mode: String
  private let padding: String
  private let isAligned: Bool

  init(_ graph: GraphImport, _ call: OperatorCall) throws {
    self.graph = graph
    self.call = call
    image = try call.input(0)
    grid = try call.input(1)
    shape = try graph.knownShape(0, call)
    positions = try graph.knownShape(1, call)
    let mode = try call.string("mode", default: "linear")
    self.mode = ["bilinear": "linear", "bicubic": "cubic"][mode] ?? mode
    padding = try call.string("padding_mode", default: "zeros")
    isAligned = try call.int("align_corners", default: 0) == 1
    // Every position has up to 4 neighbours along each axis. ONNX Runtime and PyTorch have two or three axes.
    guard (3...5).contains(shape.rank), positions.rank == shape.rank, positions.last == shape.rank - 2,
      positions[0] == shape[0]
    else { throw call.error(.graph, "X is \(shape) and the grid is \(positions)") }
    guard ["nearest", "linear", "cubic"].contains(self.mode), ["zeros", "border", "reflection"].contains(padding)
    else { throw call.error(.graph, "'mode' is '\(mode)' and 'padding_mode' is '\(padding)'") }
  }

  /// One neighbour along an axis: its index as a float, and its weight; nil for the only neighbour.
  private typealias Neighbour = (index: CompositionValue, weight: CompositionValue?)

  func result() throws -> CompositionValue {
    let axes = Array(2..<shape.rank)
    // The grid's last axis begins with the image's last.
    let neighbours = try axes.map { axis in
      let column = positions.rank - 1 - axis
      let coordinate = try graph.call(
        .gather, grid, graph.constant(TensorValue(scalar: Int64(column))), attributes: ["axis": .int(-1)])
      return try self.neighbours(at: coordinate, extent: shape[axis])
    }
    let flat = try graph.reshape(image, to: [shape[0], shape[1], shape.dropFirst(2).reduce(1, *)])
    let combinations = neighbours.reduce([[]]) { lists, axis in lists.flatMap { list in axis.map { list + [$0] } } }
    let terms = try combinations.map { try term(of: $0, in: flat) }
    return try terms.dropFirst().reduce(terms[0]) { try graph.call(.add, $0, $1) }
  }

  /// Returns the neighbours of a position with their weights.
  private func neighbours(at coordinate: CompositionValue, extent: Int) throws -> [Neighbour] {
    let size = Double(extent)
    // -1 and 1 are the centres of the outer pixels, or their outer edges.
    let factor = isAligned ? (size - 1) / 2 : size / 2
    let offset = (size - 1) / 2
    var position = try add(graph.call(.mul, coordinate, number(factor)), offset)
    if padding == "border", mode != "cubic" { position = try clip(position, 0, size - 1) }
    if padding == "reflection", mode != "cubic" { position = try clip(reflected(position, extent), 0, size - 1) }
    switch mode {
    case "nearest": return [(try graph.call(.round, position), nil)]
    case "linear":
      let low = try graph.call(.floor, position)
      let share = try graph.call(.sub, position, low)
      return [(low, try graph.call(.sub, number(1), share)), (try add(low, 1), share)]
    default:
      let low = try graph.call(.floor, position)
      let share = try graph.call(.sub, position, low)
      return try cubic(share).enumerated().map { (try add(low, Double($0.offset - 1)), $0.element) }
    }
  }

  /// The weights of four neighbours. Source: R. Keys, "Cubic convolution interpolation", 1981, with a = -0.75.
  private func cubic(_ share: CompositionValue) throws -> [CompositionValue] {
    let a = -0.75
    func polynomial(_ t: CompositionValue, _ coefficients: [Double]) throws -> CompositionValue {
      try coefficients.dropFirst().reduce(number(coefficients[0])) { try add(graph.call(.mul, $0, t), $1) }
    }
    let rest = try graph.call(.sub, number(1), share)
    let near = [a + 2, -(a + 3), 0, 1]
    let far = [a, -5 * a, 8 * a, -4 * a]
    return try [
      polynomial(add(share, 1), far), polynomial(share, near), polynomial(rest, near), polynomial(add(rest, 1), far),
    ]
  }

  /// The pixels at one neighbour of each axis, times its weights. Outside of the image they are 0.
  private func term(of neighbours: [Neighbour], in flat: CompositionValue) throws -> CompositionValue {
    var weight: CompositionValue?
    var isInside: CompositionValue?
    var place: CompositionValue?
    for (neighbour, extent) in zip(neighbours, shape.dropFirst(2)) {
      var index = neighbour.index
      if padding == "zeros" {
        let isHere = try graph.call(
          .and, graph.call(.greaterOrEqual, index, number(0)),
          graph.call(.lessOrEqual, index, number(Double(extent - 1))))
        isInside = try isInside.map { try graph.call(.and, $0, isHere) } ?? isHere
      } else if padding == "reflection" {
        index = try reflected(index, extent)
      }
      index = try clip(index, 0, Double(extent - 1))
      let whole = try graph.call(.cast, index, attributes: ["to": .int(DataType.int64.onnxCode)])
      place =
        try place.map {
          try graph.call(
            .add, graph.call(.mul, $0, graph.constant(TensorValue(scalar: Int64(extent)))), whole)
        } ?? whole
      weight =
        try weight.map { old in try neighbour.weight.map { try graph.call(.mul, old, $0) } ?? old }
        ?? neighbour.weight
    }
    guard let place else { preconditionFailure("GridSample without axes") }
    let result = Shape(shape.prefix(2) + positions.dropFirst().dropLast())
    let count = positions.dropFirst().dropLast().reduce(1, *)
    // [batch, 1, positions], the same for every channel.
    let rows = try graph.reshape(place, to: [shape[0], 1, count])
    let places = try graph.call(.expand, rows, graph.integers([shape[0], shape[1], count]))
    var pixels = try graph.reshape(
      graph.call(.gatherElements, flat, places, attributes: ["axis": .int(2)]), to: result)
    if let weight { pixels = try graph.call(.mul, pixels, graph.call(.unsqueeze, weight, graph.integers([1]))) }
    guard let isInside else { return pixels }
    return try graph.call(.where, graph.call(.unsqueeze, isInside, graph.integers([1])), pixels, number(0))
  }

  /// A position mirrored at the image's ends until it lies inside.
  private func reflected(_ position: CompositionValue, _ extent: Int) throws -> CompositionValue {
    let low = isAligned ? 0 : -0.5
    let span = isAligned ? Double(extent - 1) : Double(extent)
    guard span > 0 else { return try graph.call(.mul, position, number(0)) }
    let distance = try graph.call(.abs, add(position, -low))
    let flips = try graph.call(.floor, graph.call(.div, distance, number(span)))
    let rest = try graph.call(.sub, distance, graph.call(.mul, flips, number(span)))
    let isOdd = try graph.call(
      .equal, graph.call(.mod, flips, number(2), attributes: ["fmod": .int(1)]), number(1))
    let mirrored = try graph.call(.where, isOdd, graph.call(.sub, number(span), rest), rest)
    return try add(mirrored, low)
  }

  private func number(_ value: Double) throws -> CompositionValue { try graph.constant(value, like: grid) }

  private func add(_ value: CompositionValue, _ number: Double) throws -> CompositionValue {
    number == 0 ? value : try graph.call(.add, value, self.number(number))
  }

  private func clip(_ value: CompositionValue, _ low: Double, _ high: Double) throws -> CompositionValue {
    try graph.call(.clip, value, number(low), number(high))
  }
}
