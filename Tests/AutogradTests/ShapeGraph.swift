import GraphIR

/// Graphs that compute shapes, bounds and sizes from those of their input, [batch, 4, 6, 6], as PyTorch exports them.
enum ShapeGraph: String, CaseIterable {
  /// `x.view(x.shape[0], -1)`.
  case view
  /// `x.flatten(1)` from a slice of the shape.
  case flatten
  /// `x.view(n, c // 2, 2, h, w)` with arithmetic on extents.
  case split
  /// `x.reshape(x.shape)`.
  case same
  /// `x.expand(2, *x.shape)`.
  case expand
  /// `x.repeat(1, 1, h // 3, 1)`.
  case repetition
  /// `x.chunk(2, dim=1)`: slices with computed bounds.
  case chunk
  /// `x.split([c - 1, 1], dim=1)`.
  case parts
  /// `F.interpolate(x, scale_factor=2)` with sizes from the shape.
  case interpolate
  /// `F.pad` to a multiple of 4.
  case pad
  /// `x.topk(w // 2)`.
  case topK
  /// A table of positions read at `torch.arange(h)`.
  case positions
  /// `x[..., w - 1]`.
  case last
  /// `x * torch.ones(x.shape[-1])`.
  case ones
  /// `x.sum(dim=len(x.shape) - 1)`.
  case sum
  /// `x / x.numel()`.
  case size

  /// Whether shape inference accepts the graph with a symbolic batch.
  var takesSymbols: Bool {
    switch self {
    case .expand, .interpolate: false
    default: true
    }
  }

  /// - Parameter batch: the number of samples; -1 for a symbolic one.
  func graph(batch: Int) throws -> Graph {
    var maker = Maker(batch: batch)
    return try maker.graph(self)
  }
}

private struct Maker {
  private var builder: GraphBuilder
  private let batch: Int

  init(batch: Int) {
    builder = GraphBuilder(name: "shapes", symbols: batch < 0 ? ["batch"] : [])
    self.batch = batch
  }

  mutating func graph(_ kind: ShapeGraph) throws -> Graph {
    try builder.input("x", TensorType(.float32, [batch, 4, 6, 6]))
    for result in try results(kind) { try builder.output(builder.add(.tanh, [result])) }
    return builder.graph
  }

  private mutating func integers(_ numbers: [Int]) -> String { builder.constant(TensorValue(integers: numbers)) }

  private mutating func scalar(_ number: Int) -> String { builder.constant(TensorValue(scalar: Int64(number))) }

  /// An extent as a scalar: Shape, then Gather.
  private mutating func extent(_ axis: Int) throws -> String {
    try builder.add(.gather, [builder.add(.shape, ["x"]), scalar(axis)])
  }

  /// Scalars as a vector: Unsqueeze each, then Concat.
  private mutating func vector(_ scalars: [String]) throws -> String {
    let parts = try scalars.map { try builder.add(.unsqueeze, [$0, integers([0])]) }
    return try builder.add(.concat, parts, ["axis": .int(0)])
  }

  private mutating func results(_ kind: ShapeGraph) throws -> [String] {
    switch kind {
    case .view: return [try builder.add(.reshape, ["x", vector([extent(0), scalar(-1)])])]
    case .flatten:
      let first = try builder.add(.slice, [builder.add(.shape, ["x"]), integers([0]), integers([1])])
      return [try builder.add(.reshape, ["x", builder.add(.concat, [first, integers([-1])], ["axis": .int(0)])])]
    case .split:
      let half = try builder.add(.div, [extent(1), scalar(2)])
      return [try builder.add(.reshape, ["x", vector([extent(0), half, scalar(2), extent(2), extent(3)])])]
    case .same: return [try builder.add(.reshape, ["x", builder.add(.shape, ["x"])])]
    case .expand:
      let shape = try builder.add(.concat, [integers([2]), builder.add(.shape, ["x"])], ["axis": .int(0)])
      return [try builder.add(.expand, ["x", shape])]
    case .repetition:
      let third = try builder.add(.div, [extent(2), scalar(3)])
      return [try builder.add(.tile, ["x", vector([scalar(1), scalar(1), third, scalar(1)])])]
    case .chunk:
      let half = try builder.add(.div, [builder.add(.add, [extent(1), scalar(1)]), scalar(2)])
      return try [0, 1].map { part in
        let start = try builder.add(.mul, [half, scalar(part)])
        let end = try builder.add(.mul, [half, scalar(part + 1)])
        return try builder.add(.slice, ["x", vector([start]), vector([end]), integers([1])])
      }
    case .parts:
      let sizes = try vector([builder.add(.sub, [extent(1), scalar(1)]), scalar(1)])
      return try builder.add(.split, ["x", sizes], ["axis": .int(1)], outputCount: 2)
    case .interpolate:
      let shape = try builder.add(.shape, ["x"])
      let spatial = try builder.add(.slice, [shape, integers([2]), integers([4])])
      let real = try builder.add(.cast, [spatial], ["to": .int(DataType.float32.onnxCode)])
      let two = builder.constant(TensorValue([2, 2] as [Float]))
      let scaled = try builder.add(.floor, [builder.add(.mul, [real, two])])
      let sizes = try builder.add(.cast, [scaled], ["to": .int(DataType.int64.onnxCode)])
      let lead = try builder.add(.slice, [shape, integers([0]), integers([2])])
      return [try builder.add(.resize, ["x", "", "", builder.add(.concat, [lead, sizes], ["axis": .int(0)])])]
    case .pad:
      let rest = try builder.add(.mod, [extent(3), scalar(4)])
      let zero = scalar(0)
      return [try builder.add(.pad, ["x", vector([zero, zero, zero, zero, zero, zero, zero, rest])])]
    case .topK:
      let half = try builder.add(.div, [extent(3), scalar(2)])
      return [try builder.add(.topK, ["x", vector([half])], outputCount: 2)[0]]
    case .positions:
      try builder.parameter("table", TensorType(.float32, [10, 6]))
      let positions = try builder.add(.range, [scalar(0), extent(2), scalar(1)])
      return [try builder.add(.add, ["x", builder.add(.gather, ["table", positions])])]
    case .last:
      let index = try builder.add(.sub, [extent(3), scalar(1)])
      return [try builder.add(.gather, ["x", index], ["axis": .int(3)])]
    case .ones:
      let one = Attributes(["value": .tensor(TensorValue([1] as [Float]))])
      return [try builder.add(.mul, ["x", builder.add(.constantOfShape, [vector([extent(3)])], one)])]
    case .sum:
      let rank = try builder.add(.size, [builder.add(.shape, ["x"])])
      return [try builder.add(.reduceSum, ["x", vector([builder.add(.sub, [rank, scalar(1)])])])]
    case .size:
      let count = try builder.add(.cast, [builder.add(.size, ["x"])], ["to": .int(DataType.float32.onnxCode)])
      return [try builder.add(.div, ["x", count])]
    }
  }
}
