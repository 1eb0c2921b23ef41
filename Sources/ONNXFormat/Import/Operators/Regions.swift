import GraphIR

extension ImportedOperators {
  static let regions: [String: Composition] = [
    "DeformConv": { graph, call in [try DeformableConvolution(graph, call).result()] },
    "RoiAlign": { graph, call in [try graph.alignedRegions(call)] },
  ]
}

/// A convolution that reads the image at moved positions, between the pixels. Source: ONNX DeformConv-22; Dai et al.,
/// arXiv:1703.06211; Zhu et al., arXiv:1811.11168.
///
/// Every position reads its two neighbours along each axis, times their weights. Outside of the image pixels are 0.
private struct DeformableConvolution {
  let graph: GraphImport
  let call: OperatorCall
  private let shape: Shape
  private let kernel: [Int]
  private let extents: [Int]
  private let filters: Int
  private let groups: Int
  private let offsetGroups: Int
  private var taps: Int { kernel.reduce(1, *) }
  private var places: Int { extents.reduce(1, *) }

  init(_ graph: GraphImport, _ call: OperatorCall) throws {
    self.graph = graph
    self.call = call
    shape = try graph.knownShape(0, call)
    let (weight, offset) = (try graph.knownShape(1, call), try graph.knownShape(2, call))
    groups = try call.int("group", default: 1)
    offsetGroups = try call.int("offset_group", default: 1)
    let channels = shape.rank > 1 ? shape[1] : 0
    func divides(_ count: Int) -> Bool { (1...max(channels, 1)).contains(count) && channels % count == 0 }
    // Every position has 2 neighbours along each axis. ONNX Runtime and PyTorch have two axes.
    guard (3...5).contains(shape.rank), weight.rank == shape.rank, offset.rank == shape.rank,
      divides(groups), divides(offsetGroups), weight[0] % groups == 0, weight[1] * groups == channels,
      offset[1] == offsetGroups * weight.dropFirst(2).reduce(shape.rank - 2, *)
    else { throw call.error(.graph, "X is \(shape), W is \(weight) and the offset is \(offset)") }
    filters = weight[0]
    kernel = Array(weight.dropFirst(2))
    extents = Array(offset.dropFirst(2))
    _ = try graph.bounded(kernel + extents, call)
  }

  func result() throws -> CompositionValue {
    let axes = kernel.count
    let offsets = try graph.reshape(
      call.input(2), to: [shape[0], offsetGroups, taps, axes, places])
    let neighbours = try (0..<axes).map { axis -> [(index: CompositionValue, weight: CompositionValue)] in
      let moved = try graph.call(
        .gather, offsets, graph.whole(Int64(axis)), attributes: ["axis": .int(3)])
      let position = try graph.call(.add, graph.cast(base(axis), like: moved), moved)
      let low = try graph.call(.floor, position)
      let share = try graph.call(.sub, position, low)
      let one = try graph.constant(1, like: moved)
      return [(low, try graph.call(.sub, one, share)), (try graph.call(.add, low, one), share)]
    }
    let image = try graph.reshape(
      call.input(0), to: [shape[0], offsetGroups, shape[1] / offsetGroups, shape.dropFirst(2).reduce(1, *)])
    let corners = neighbours.reduce([[]]) { lists, axis in lists.flatMap { list in axis.map { list + [$0] } } }
    let terms = try corners.map { try term($0, image) }
    var samples = try terms.dropFirst().reduce(terms[0]) { try graph.call(.add, $0, $1) }
    if let mask = try call.tensor(4) {
      samples = try graph.call(
        .mul, samples, graph.reshape(mask, to: [shape[0], offsetGroups, 1, taps * places]))
    }
    let columns = try graph.reshape(samples, to: [shape[0], groups, shape[1] / groups * taps, places])
    let weight = try graph.reshape(call.input(1), to: [groups, filters / groups, shape[1] / groups * taps])
    let result = try graph.reshape(graph.call(.matMul, weight, columns), to: Shape([shape[0], filters] + extents))
    guard let bias = try call.tensor(3) else { return result }
    return try graph.call(.add, result, graph.reshape(bias, to: Shape([filters] + kernel.map { _ in 1 })))
  }

  /// The positions along an axis without an offset: [tap, place].
  private func base(_ axis: Int) throws -> CompositionValue {
    let axes = kernel.count
    func list(_ name: String, _ count: Int, _ value: Int) throws -> [Int] {
      let numbers = try call.ints(name) ?? [Int](repeating: value, count: count)
      guard numbers.count == count else { throw call.error(.graph, "'\(name)' has \(numbers.count) values") }
      for number in numbers { _ = try graph.bounded([number], call) }
      return numbers
    }
    let (stride, dilation) = (try list("strides", axes, 1)[axis], try list("dilations", axes, 1)[axis])
    let pad = try list("pads", 2 * axes, 0)[axis]
    let (tapStride, placeStride) = (Shape(kernel).strides[axis], Shape(extents).strides[axis])
    _ = try graph.bounded([taps, places], call)
    let numbers = (0..<taps).flatMap { tap in
      (0..<places).map { place in
        Double(place / placeStride % extents[axis] * stride + tap / tapStride % kernel[axis] * dilation - pad)
      }
    }
    return graph.constant(TensorValue(numbers, shape: [taps, places]))
  }

  /// The pixels at one neighbour of each axis, times its weights: [batch, offset group, channel, tap and place].
  private func term(
    _ corner: [(index: CompositionValue, weight: CompositionValue)], _ image: CompositionValue
  ) throws -> CompositionValue {
    var weight: CompositionValue?
    var place: CompositionValue?
    for (neighbour, extent) in zip(corner, shape.dropFirst(2)) {
      let (zero, last) = try (
        graph.constant(0, like: neighbour.index), graph.constant(Double(extent - 1), like: neighbour.index)
      )
      let inside = try graph.call(.clip, neighbour.index, zero, last)
      let share = try graph.call(
        .where, graph.call(.equal, inside, neighbour.index), neighbour.weight, zero)
      weight = try weight.map { try graph.call(.mul, $0, share) } ?? share
      let index = try graph.call(.cast, inside, attributes: ["to": .int(DataType.int64.onnxCode)])
      place = try place.map { try graph.call(.add, graph.call(.mul, $0, graph.whole(Int64(extent))), index) } ?? index
    }
    guard let weight, let place else { throw call.error(.graph, "the image has no axes") }
    let row: Shape = [shape[0], offsetGroups, 1, taps * places]
    let indices = try graph.call(
      .expand, graph.reshape(place, to: row),
      graph.integers([shape[0], offsetGroups, shape[1] / offsetGroups, taps * places]))
    let pixels = try graph.call(.gatherElements, image, indices, attributes: ["axis": .int(3)])
    return try graph.call(.mul, pixels, graph.reshape(weight, to: row))
  }
}

extension GraphImport {
  /// Regions of images, averaged over sampled points in a grid of bins. Each axis is a product with the weights of its
  /// pixels. So derivatives exist by image and by region. Source: ONNX RoiAlign-22; He et al., arXiv:1703.06870.
  fileprivate func alignedRegions(_ call: OperatorCall) throws -> CompositionValue {
    let (image, regions) = (try call.input(0), try call.input(1))
    let shape = try self.shape(image)
    let samples = try call.int("sampling_ratio", default: 0)
    guard try call.string("mode", default: "avg") == "avg", samples > 0 else {
      throw call.error(
        .unsupported, "its 'mode' is max or its 'sampling_ratio' 0, expected avg and a fixed number of samples")
    }
    guard shape.rank == 4, shape[2] > 0, shape[3] > 0, try self.shape(regions).rank == 2 else {
      throw call.error(.graph, "X is \(shape), expected [batch, channels, height, width] with a known size")
    }
    let isHalfPixel =
      try call.opset >= 16 && call.string("coordinate_transformation_mode", default: "half_pixel") == "half_pixel"
    func number(_ value: Double) throws -> CompositionValue { try constant(value, like: regions) }
    /// The weights [region, bin, pixel] of an axis whose coordinates are columns of the regions.
    func weights(_ columns: (Int, Int), bins: Int, extent: Int) throws -> CompositionValue {
      guard bins > 0 else { throw call.error(.graph, "a region has \(bins) bins along an axis") }
      _ = try bounded([bins, samples, extent], call)
      let (start, end) = try (border(columns.0), border(columns.1))
      var size = try self.call(.sub, end, start)
      if !isHalfPixel { size = try self.call(.max, size, number(1)) }
      let shares = (0..<bins * samples).map { (Double($0) + 0.5) / Double(bins * samples) }
      let lines = try self.call(
        .cast, constant(TensorValue(shares)), attributes: ["to": .int(type(regions).dtype.onnxCode)])
      let points = try self.call(.add, start, self.call(.mul, size, lines))
      // Points up to one pixel outside take the border's value, others 0.
      let inside = try self.call(.clip, points, number(0), number(Double(extent - 1)))
      let isNear = try self.call(
        .and, self.call(.greaterOrEqual, points, number(-1)),
        self.call(.lessOrEqual, points, number(Double(extent))))
      let pixels = try self.call(
        .cast, constant(TensorValue((0..<extent).map(Double.init))),
        attributes: ["to": .int(type(regions).dtype.onnxCode)])
      let distance = try self.call(.abs, self.call(.sub, self.call(.unsqueeze, inside, integers([2])), pixels))
      let hat = try self.call(.relu, self.call(.sub, number(1), distance))
      let all = try self.call(.where, self.call(.unsqueeze, isNear, integers([2])), hat, number(0))
      let count = try self.shape(regions)[0]
      return try self.call(
        .reduceMean, reshape(all, to: [count, bins, samples, extent]), integers([2]),
        attributes: ["keepdims": .int(0)])
    }
    /// One coordinate of each region in pixels: [region, 1].
    func border(_ column: Int) throws -> CompositionValue {
      let scaled = try self.call(
        .mul, slice(regions, axis: 1, from: column, to: column + 1),
        number(Double(call.float("spatial_scale", default: 1))))
      return isHalfPixel ? try self.call(.sub, scaled, number(0.5)) : scaled
    }
    let rows = try weights((1, 3), bins: call.int("output_height", default: 1), extent: shape[2])
    let columns = try weights((0, 2), bins: call.int("output_width", default: 1), extent: shape[3])
    let pictures = try self.call(.gather, image, call.input(2))
    let across = try self.call(
      .matMul, pictures,
      self.call(
        .unsqueeze, self.call(.transpose, columns, attributes: ["perm": .ints([0, 2, 1])]), integers([1])))
    return try self.call(.matMul, self.call(.unsqueeze, rows, integers([1])), across)
  }
}
