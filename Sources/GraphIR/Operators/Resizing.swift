import Foundation

/// Resize: images of another size, interpolated one axis after the other.
enum Resizing {
  static let resize = OpDefinition(
    Signature(
      since: 19,
      [
        Formal("X", .any, "T1"), Formal("roi", .floating, "T2", .optional, isKnown: true),
        Formal("scales", [.float32], nil, .optional, isKnown: true), Formal("sizes", .integer, nil, .optional),
      ], to: [Formal("Y", .any, "T1")],
      attributes: [
        .defaulted("antialias", .int(0)), .optional("axes", .ints),
        .defaulted("coordinate_transformation_mode", .string("half_pixel")), .defaulted("cubic_coeff_a", .float(-0.75)),
        .defaulted("exclude_outside", .int(0)), .defaulted("extrapolation_value", .float(0)),
        .defaulted("keep_aspect_ratio_policy", .string("stretch")), .defaulted("mode", .string("nearest")),
        .defaulted("nearest_mode", .string("round_prefer_floor")),
      ]),
    traits: .init(.other, .rounded),
    infer: { context in
      let x = context.input(0)
      let settings = try InterpolationSettings(context.attributes) { context.error(.attribute, $0) }
      guard settings.mode == .nearest || x.dtype.isFloatingPoint else {
        throw context.error(
          .dataType, "X is \(x.dtype.rawValue), expected a floating type for mode \(settings.mode.rawValue)")
      }
      func known(_ index: Int) throws -> TensorValue? {
        guard context.has(index) else { return nil }
        guard let value = context.constants[index] else {
          let name = context.op.definition.signature.inputs[index].name
          throw context.error(.unsupported, "input \(name) is not known before the graph runs; expected a constant")
        }
        return value.count == 0 ? nil : value
      }
      let axes = try resizedAxes(
        x.shape, context.attributes, roi: known(1), scales: known(2), sizes: known(3)
      ) { context.error(.shape, $0) }
      var shape = x.shape
      for axis in axes { shape.dimensions[axis.axis] = axis.outputCount }
      return [TensorType(x.dtype, shape)]
    },
    evaluate: { context in
      let settings = try InterpolationSettings(context.attributes) { GraphError(.attribute, $0) }
      let axes = try resizedAxes(
        context.input(0).shape, context.attributes, roi: context.optional(1), scales: context.optional(2),
        sizes: context.optional(3)
      ) { GraphError(.shape, $0) }
      return [
        axes.reduce(context.input(0)) { value, axis in
          let rows = (0..<axis.outputCount).map { axis.row($0, settings) }
          guard settings.mode == .nearest, !settings.extrapolates else {
            return interpolated(value, axis.axis, rows, settings)
          }
          return Indexing.take(rows.map { $0.taps[0].index }, along: axis.axis, of: value)
        }
      ]
    },
    composition: { composer in
      let settings = try InterpolationSettings(composer.attributes) { GraphError(.attribute, $0) }
      let x = composer.input(0)
      func known(_ index: Int) -> TensorValue? { composer.optional(index).flatMap(composer.constant) }
      let axes = try resizedAxes(
        composer.shape(x), composer.attributes, roi: known(1), scales: known(2), sizes: known(3)
      ) { GraphError(.shape, "Resize: \($0)") }
      return [try axes.reduce(x) { try resized($0, $1, settings, composer) }]
    })

  /// Resizes one axis of a composition: gathers the nearest elements, or else multiplies by the matrix of the axis.
  private static func resized(
    _ x: CompositionValue, _ axis: ResizedAxis, _ settings: InterpolationSettings, _ composer: Composer
  ) throws -> CompositionValue {
    let rows = (0..<axis.outputCount).map { axis.row($0, settings) }
    let rank = try composer.shape(x).rank
    var y: CompositionValue
    if settings.mode == .nearest {
      let indices = composer.integers(rows.map { $0.taps.first?.index ?? 0 })
      y = try composer.call(.gather, x, indices, attributes: ["axis": .int(axis.axis)])
    } else {
      var numbers = [Double](repeating: 0, count: axis.inputCount * axis.outputCount)
      for (column, row) in rows.enumerated() {
        for tap in row.taps { numbers[tap.index * axis.outputCount + column] += tap.weight }
      }
      let matrix = TensorValue(numbers, shape: [axis.inputCount, axis.outputCount])
      var order = Array(0..<rank)
      order.swapAt(axis.axis, rank - 1)
      let isLast = axis.axis == rank - 1
      let moved = isLast ? x : try composer.call(.transpose, x, attributes: ["perm": .ints(order)])
      let weights = composer.constant(Elementwise.convert(matrix, to: try composer.type(x).dtype))
      y = try composer.call(.matMul, moved, weights)
      if !isLast { y = try composer.call(.transpose, y, attributes: ["perm": .ints(order)]) }
    }
    guard rows.contains(where: \.isOutside) else { return y }
    let shape: Shape = Shape([axis.outputCount] + [Int](repeating: 1, count: rank - 1 - axis.axis))
    let isOutside = composer.constant(TensorValue(rows.map(\.isOutside), shape: shape))
    let value = try composer.constant(Double(settings.extrapolationValue), like: x)
    return try composer.call(.where, isOutside, value, y)
  }

  private static func interpolated(
    _ x: TensorValue, _ axis: Int, _ rows: [ResizedAxis.Row], _ settings: InterpolationSettings
  ) -> TensorValue {
    let numbers = x.doubles
    let (extent, inner) = (x.shape[axis], x.shape.dropFirst(axis + 1).reduce(1, *))
    var shape = x.shape
    shape.dimensions[axis] = rows.count
    var result: [Double] = []
    for outer in 0..<x.shape.prefix(axis).reduce(1, *) {
      for row in rows {
        for column in 0..<inner {
          let sum = row.taps.reduce(0) { $0 + $1.weight * numbers[(outer * extent + $1.index) * inner + column] }
          result.append(row.isOutside ? Double(settings.extrapolationValue) : sum)
        }
      }
    }
    return Elementwise.convert(TensorValue(result, shape: shape), to: x.dtype)
  }

  /// Checks the axes that change and returns them with their scales.
  private static func resizedAxes(
    _ shape: Shape, _ attributes: ResolvedAttributes, roi: TensorValue?, scales: TensorValue?, sizes: TensorValue?,
    error: (String) -> GraphError
  ) throws -> [ResizedAxis] {
    let axes = try (attributes.ints("axes") ?? Array(shape.indices)).map { axis in
      guard let axis = shape.normalized(axis: axis) else { throw error("axis \(axis) is out of range for \(shape)") }
      return axis
    }
    guard Set(axes).count == axes.count else { throw error("axes \(axes) name one axis twice") }
    let scales = scales.flatMap { $0.count > 0 ? $0.doubles : nil }
    let sizes = sizes.flatMap { $0.count > 0 ? $0.integers : nil }
    guard (scales == nil) != (sizes == nil), (scales?.count ?? sizes?.count) == axes.count else {
      throw error("expected either scales or sizes, one for each of \(axes.count) axes of \(shape)")
    }
    let isCrop = attributes.string("coordinate_transformation_mode") == "tf_crop_and_resize"
    let region = isCrop ? roi?.doubles ?? [] : axes.map { _ in 0 } + axes.map { _ in 1 }
    guard region.count == 2 * axes.count, region.allSatisfy({ Swift.abs($0) < 1e9 }) else {
      throw error("roi is \(region), expected a start and an end for each of \(axes.count) axes")
    }
    let ratios: [Double] = zip(axes, sizes ?? []).map { Double($1) / Double(shape[$0]) }
    let policy = attributes.string("keep_aspect_ratio_policy")
    let common = policy == "not_larger" ? ratios.min() : policy == "not_smaller" ? ratios.max() : nil
    return try axes.enumerated().compactMap { place, axis in
      let extent = shape[axis]
      let isWhole = region[place] == 0 && region[place + axes.count] == 1
      if let scales, scales[place] == 1, isWhole { return nil }
      guard extent > 0 else { throw error("axis \(axis) of \(shape) can't be resized") }
      let scale = scales?[place] ?? common ?? ratios[place]
      let exact = scales == nil && common != nil ? scale * Double(extent) + 0.5 : scale * Double(extent)
      guard scale > 0, exact < Double(TensorType.byteLimit) else {
        throw error("axis \(axis) of \(shape) can't be resized by \(scale)")
      }
      let count = scales == nil && common == nil ? sizes?[place] ?? 0 : Int(exact)
      guard count != extent || !isWhole || scale != 1 else { return nil }
      return ResizedAxis(
        axis: axis, inputCount: extent, outputCount: count, scale: scale, start: region[place],
        end: region[place + axes.count])
    }
  }
}

/// The interpolation of Resize.
struct InterpolationSettings {
  enum Mode: String, CaseIterable { case nearest, linear, cubic }
  enum Coordinates: String, CaseIterable {
    case halfPixel = "half_pixel"
    case symmetric = "half_pixel_symmetric"
    case pytorch = "pytorch_half_pixel"
    case alignCorners = "align_corners"
    case asymmetric, crop = "tf_crop_and_resize"
  }
  enum Nearest: String, CaseIterable {
    case preferFloor = "round_prefer_floor"
    case preferCeil = "round_prefer_ceil"
    case floor, ceil
  }

  let mode: Mode
  let coordinates: Coordinates
  let nearest: Nearest
  let isAntialiased, excludesOutside: Bool
  let cubicCoefficient: Double
  let extrapolationValue: Float
  /// Whether positions outside the image have a separate value.
  var extrapolates: Bool { coordinates == .crop }

  init(_ attributes: ResolvedAttributes, error: (String) -> GraphError) throws {
    func choice<Choice: RawRepresentable & CaseIterable>(_ name: String) throws -> Choice
    where Choice.RawValue == String {
      let text = attributes.string(name) ?? ""
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw error("\(name) is '\(text)', expected \(known)")
      }
      return choice
    }
    mode = try choice("mode")
    coordinates = try choice("coordinate_transformation_mode")
    nearest = try choice("nearest_mode")
    isAntialiased = attributes.flag("antialias") && mode != .nearest
    excludesOutside = attributes.flag("exclude_outside")
    cubicCoefficient = Double(attributes.float("cubic_coeff_a") ?? 0)
    extrapolationValue = attributes.float("extrapolation_value") ?? 0
    let policy = attributes.string("keep_aspect_ratio_policy") ?? ""
    guard ["stretch", "not_larger", "not_smaller"].contains(policy) else {
      throw error("keep_aspect_ratio_policy is '\(policy)', expected stretch, not_larger, not_smaller")
    }
  }

  /// Returns the weight of an element at `distance` from the sampled position. Source for cubic: R. Keys, "Cubic
  /// convolution interpolation for digital image processing", 1981.
  func weight(_ distance: Double) -> Double {
    let (x, a) = (abs(distance), cubicCoefficient)
    if mode == .linear { return max(0, 1 - x) }
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((x - 5) * x + 8) * x * a - 4 * a : 0
  }
}

/// A resized axis.
struct ResizedAxis {
  /// An input element and its weight in an output element.
  struct Tap {
    let index: Int
    let weight: Double
  }

  /// The input elements of an output element.
  struct Row {
    let taps: [Tap]
    let isOutside: Bool
  }

  let axis, inputCount, outputCount: Int
  let scale: Double
  /// The resized region, in units of the extent.
  let start, end: Double

  /// Returns the position of output element `index` in the input. Source: ONNX Resize-19.
  private func position(_ index: Int, _ coordinates: InterpolationSettings.Coordinates) -> Double {
    let (x, last) = (Double(index), Double(inputCount - 1))
    let length = Double(outputCount)
    switch coordinates {
    case .halfPixel: return (x + 0.5) / scale - 0.5
    case .symmetric:
      let exact = scale * Double(inputCount)
      return Double(inputCount) / 2 * (1 - length / exact) + (x + 0.5) / scale - 0.5
    case .pytorch: return outputCount == 1 ? 0 : (x + 0.5) / scale - 0.5
    case .alignCorners: return outputCount == 1 ? 0 : x * last / (length - 1)
    case .asymmetric: return x / scale
    case .crop:
      return outputCount == 1
        ? (start + end) * last / 2 : start * last + x * (end - start) * last / (length - 1)
    }
  }

  /// Returns the input elements of output element `index`. Indices beyond an end are clamped.
  func row(_ index: Int, _ settings: InterpolationSettings) -> Row {
    let position = position(index, settings.coordinates)
    let isOutside = settings.extrapolates && (position < 0 || position > Double(inputCount - 1))
    func clamp(_ index: Double) -> Int { Int(min(max(index, 0), Double(inputCount - 1))) }
    guard settings.mode != .nearest else {
      let nearest =
        switch settings.nearest {
        case .floor: position.rounded(.down)
        case .ceil: position.rounded(.up)
        case .preferFloor: (position - 0.5).rounded(.up)
        case .preferCeil: (position + 0.5).rounded(.down)
        }
      return Row(taps: [Tap(index: clamp(nearest), weight: 1)], isOutside: isOutside)
    }
    // When the image shrinks, antialiasing widens the filter to the width of an output element.
    let stretch = settings.isAntialiased ? min(scale, 1) : 1
    let support = (settings.mode == .linear ? 1 : 2) / stretch
    let first = (position - support).rounded(.down)
    let count = Int((position + support).rounded(.up) - first)
    var taps = (0...count).map { first + Double($0) }.map { place in
      (place: place, weight: settings.weight((place - position) * stretch))
    }
    if settings.excludesOutside {
      taps.removeAll { $0.place < 0 || $0.place > Double(inputCount - 1) }
    }
    let total = settings.isAntialiased || settings.excludesOutside ? taps.reduce(0) { $0 + $1.weight } : 1
    let divisor = total == 0 ? 1 : total
    return Row(
      taps: taps.filter { $0.weight != 0 }.map { Tap(index: clamp($0.place), weight: $0.weight / divisor) },
      isOutside: isOutside)
  }
}
