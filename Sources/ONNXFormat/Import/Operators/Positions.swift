import GraphIR

extension ImportedOperators {
  static let positions: [String: Composition] = [
    // Centred: an odd difference leaves one more element at the end. Source: ONNX CenterCropPad-18.
    "CenterCropPad": { graph, call in
      var value = try call.input(0)
      let shape = try graph.knownShape(0, call)
      let wanted = try graph.knownIntegers(1, call)
      let axes = try (call.ints("axes") ?? Array(0..<shape.rank)).map { axis -> Int in
        guard let normal = shape.normalized(axis: axis) else {
          throw call.error(.graph, "axis \(axis) is out of range")
        }
        return normal
      }
      guard wanted.count == axes.count else { throw call.error(.graph, "\(wanted.count) extents, \(axes.count) axes") }
      for (axis, extent) in zip(axes, wanted) {
        _ = try graph.bounded([extent], call, limit: TensorType.byteLimit)
        let difference = extent - shape[axis]
        if difference < 0 {
          let start = -difference / 2
          value = try graph.slice(value, axis: axis, from: start, to: start + extent)
        } else if difference > 0 {
          let before = difference / 2
          value = try graph.call(
            .pad, value, graph.integers([before, difference - before]), nil, graph.integers([axis]))
        }
      }
      return [value]
    },
    // Windows of an image, added up where they overlap: the transposed convolution with one-hot kernels.
    // Source: ONNX Col2Im-18.
    "Col2Im": { graph, call in
      let shape = try graph.knownShape(0, call)
      let (image, block) = (try graph.knownIntegers(1, call), try graph.knownIntegers(2, call))
      let area = try graph.bounded(block, call, limit: 1 << 12)
      _ = try graph.bounded(image, call, limit: TensorType.byteLimit)
      guard shape.rank == 3, area > 0, shape[1] % area == 0, image.count == block.count else {
        throw call.error(.graph, "input \(shape), image \(image) and block \(block) do not fit")
      }
      let axes = block.count
      let dilations = try call.ints("dilations") ?? [Int](repeating: 1, count: axes)
      let pads = try call.ints("pads") ?? [Int](repeating: 0, count: 2 * axes)
      let strides = try call.ints("strides") ?? [Int](repeating: 1, count: axes)
      guard dilations.count == axes, strides.count == axes, pads.count == 2 * axes, !strides.contains(0) else {
        throw call.error(.graph, "'dilations', 'pads' and 'strides' do not fit \(axes) axes")
      }
      for number in dilations + pads + strides { _ = try graph.bounded([number], call) }
      let reach = (0..<axes).map { dilations[$0] * (block[$0] - 1) + 1 }
      let padded = (0..<axes).map { image[$0] + pads[$0] + pads[$0 + axes] }
      let windows = (0..<axes).map { (padded[$0] - reach[$0]) / strides[$0] + 1 }
      let channels = shape[1] / area
      let columns = try graph.reshape(call.input(0), to: Shape([shape[0] * channels, area] + windows))
      let kernel = try graph.reshape(
        graph.call(
          .eyeLike,
          graph.constant(TensorValue(repeating: 0, type: TensorType(graph.type(columns).dtype, [area, area])))),
        to: Shape([area, 1] + block))
      // Elements that the strides do not reach are padding at the end.
      let unreached = (0..<axes).map { padded[$0] - (windows[$0] - 1) * strides[$0] - reach[$0] }
      let result = try graph.call(
        .convTranspose, columns, kernel,
        attributes: ["dilations": .ints(dilations), "strides": .ints(strides)])
      let whole = try graph.call(
        .pad, result,
        graph.integers(
          [0, 0] + pads.prefix(axes).map { -$0 } + [0, 0]
            + (0..<axes).map { unreached[$0] - pads[$0 + axes] }))
      return [try graph.reshape(whole, to: Shape([shape[0], channels] + image))]
    },
    // Prefix products in log₂ n steps: each multiplies by the product of as many elements before.
    // Source: ONNX CumProd-26.
    "CumProd": { graph, call in
      let shape = try graph.knownShape(0, call)
      guard let given = try graph.knownIntegers(1, call).first, let axis = shape.normalized(axis: given) else {
        throw call.error(.graph, "the axis is out of range for \(shape)")
      }
      let extent = shape[axis]
      func reversed(_ value: CompositionValue) throws -> CompositionValue {
        guard try call.int("reverse", default: 0) == 1 else { return value }
        return try graph.slice(value, axis: axis, from: -1, to: Int.min + 1, step: -1)
      }
      /// The elements moved by `distance`, with 1 in their place.
      func moved(_ value: CompositionValue, _ distance: Int) throws -> CompositionValue {
        let kept = try graph.slice(value, axis: axis, from: 0, to: max(extent - distance, 0))
        return try graph.call(
          .pad, kept, graph.integers([min(distance, extent), 0]), graph.constant(1, like: value),
          graph.integers([axis]))
      }
      var product = try reversed(call.input(0))
      if try call.int("exclusive", default: 0) == 1 { product = try moved(product, 1) }
      var distance = 1
      while distance < extent {
        product = try graph.call(.mul, product, moved(product, distance))
        distance *= 2
      }
      return [try reversed(product)]
    },
    // The first elements of each sequence in reversed order. Source: ONNX ReverseSequence-10.
    "ReverseSequence": { graph, call in
      let shape = try graph.knownShape(0, call)
      let lengths = try graph.knownIntegers(1, call)
      let (batch, time) = (try call.int("batch_axis", default: 1), try call.int("time_axis", default: 0))
      guard shape.rank >= 2, Set([batch, time]) == [0, 1], lengths.count == shape[batch] else {
        throw call.error(.graph, "input \(shape), \(lengths.count) lengths, batch axis \(batch), time axis \(time)")
      }
      guard lengths.allSatisfy({ (0...shape[time]).contains($0) }) else {
        throw call.error(.graph, "the lengths are \(lengths), expected 0 to \(shape[time])")
      }
      let places = (0..<(try graph.bounded([shape[0], shape[1]], call))).map { index -> Int in
        let (row, column) = (index / shape[1], index % shape[1])
        let (step, sample) = time == 0 ? (row, column) : (column, row)
        let source = step < lengths[sample] ? lengths[sample] - 1 - step : step
        return time == 0 ? source * shape[1] + sample : sample * shape[1] + source
      }
      let rows = try graph.reshape(call.input(0), to: Shape([shape[0] * shape[1]] + shape.dropFirst(2)))
      return [try graph.reshape(graph.call(.gather, rows, graph.integers(places)), to: shape)]
    },
  ]
}
