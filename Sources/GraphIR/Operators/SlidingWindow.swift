/// The window of a convolution or a pooling along one spatial axis. For output element o, position k of the window
/// covers input element o · stride + k · dilation - before.
public struct WindowAxis: Sendable, Hashable {
  /// The extents of the input and the output; negative if both are the same symbol.
  public let input, output: Int
  /// The extent of the window, in positions.
  public let kernel: Int
  /// The distance between adjacent windows.
  public let stride: Int
  /// The distance between adjacent positions.
  public let dilation: Int
  /// The padding at the start and at the end.
  public let before, after: Int

  /// The extent of the window, in input elements.
  public var span: Int { dilation * (kernel - 1) + 1 }

  /// The number of elements after the last window; negative if that window exceeds the padding.
  public var remainder: Int { input + before + after - span - stride * (output - 1) }

  /// Returns the positions of the window of output element `output` that cover elements of the input.
  func positions(at output: Int) -> Range<Int> {
    let start = output * stride - before
    let first = start < 0 ? (-start - 1) / dilation + 1 : 0
    let end = start < input ? (input - 1 - start) / dilation + 1 : 0
    return first..<Swift.max(first, Swift.min(end, kernel))
  }
}

/// The window of a convolution or a pooling over [N, C, D1, D2, …].
public struct SlidingWindow: Sendable, Hashable {
  /// Creates the error of an invalid attribute or extent.
  public typealias Failure = (GraphError.Code, String) -> GraphError

  /// The spatial axes, outermost first.
  public let axes: [WindowAxis]

  /// The extents of the input.
  public var input: [Int] { axes.map(\.input) }
  /// The extents of the output.
  public var output: [Int] { axes.map(\.output) }
  /// The extents of the window.
  public var kernel: [Int] { axes.map(\.kernel) }

  /// Creates the window of a convolution or a pooling over `shape`.
  ///
  /// - Parameters:
  ///   - shape: the shape of the input, [N, C, D1, D2, …].
  ///   - kernel: the extents of the window.
  ///   - attributes: strides, dilations, pads, auto_pad and ceil_mode, as the operator has them.
  ///   - failure: creates the error of an invalid attribute or extent.
  /// - Throws: the error that `failure` returns.
  public init(over shape: Shape, kernel: [Int], _ attributes: ResolvedAttributes, _ failure: @escaping Failure) throws {
    let settings = try Settings(shape, kernel, attributes, failure)
    let isCeiling = attributes.has("ceil_mode") && attributes.flag("ceil_mode")
    axes = try kernel.indices.map { index in
      let (input, stride, span) = (shape[index + 2], settings.strides[index], settings.spans[index])
      var (before, after) = settings.pads[index]
      guard input != 0 else { throw failure(.shape, "axis \(index + 2) of \(shape) has no elements") }
      var output: Int
      if input < 0 {
        let isSame = settings.autoPad.isSame && stride == 1
        if isSame { (before, after) = settings.autoPad.split(span - 1) }
        guard stride == 1, before + after == span - 1 else {
          throw failure(.shape, "axis \(index + 2) of \(shape) is symbolic and would change; expected a known extent")
        }
        output = input
      } else if settings.autoPad.isSame {
        output = (input - 1) / stride + 1
        (before, after) = settings.autoPad.split(Swift.max(0, (output - 1) * stride + span - input))
      } else {
        let room = input + before + after - span
        guard room >= 0 || isCeiling && room + stride > 0 else {
          throw failure(
            .shape, "the window spans \(span) elements of axis \(index + 2), which has \(room + span) with its padding")
        }
        output = room < 0 ? 1 : room / stride + 1
        if isCeiling, room > 0, room % stride > 0, output * stride < input + before { output += 1 }
      }
      return WindowAxis(
        input: input, output: output, kernel: kernel[index], stride: stride, dilation: settings.dilations[index],
        before: before, after: after)
    }
  }

  /// Creates the window of the convolution whose transpose maps `shape` to that convolution's input.
  ///
  /// - Parameters:
  ///   - shape: the shape of the transpose's input, [N, C, D1, D2, …].
  ///   - kernel: the extents of the window.
  ///   - attributes: those of ConvTranspose.
  ///   - failure: creates the error of an invalid attribute or extent.
  /// - Throws: the error that `failure` returns.
  public init(
    transposedOver shape: Shape, kernel: [Int], _ attributes: ResolvedAttributes, _ failure: @escaping Failure
  ) throws {
    let settings = try Settings(shape, kernel, attributes, failure)
    let outputPadding = try settings.list("output_padding", default: 0, least: 0)
    let requested =
      attributes.ints("output_shape") == nil ? nil : try settings.list("output_shape", default: 0, least: 0)
    axes = try kernel.indices.map { index in
      let (output, stride, span) = (shape[index + 2], settings.strides[index], settings.spans[index])
      var (before, after) = settings.pads[index]
      let isFixed = requested != nil || settings.autoPad.isSame
      if output < 0 {
        let isSame = requested == nil && settings.autoPad.isSame && stride == 1
        if isSame { (before, after) = settings.autoPad.split(span - 1 + outputPadding[index]) }
        guard stride == 1, isSame || !isFixed, before + after == span - 1 + outputPadding[index] else {
          throw failure(.shape, "axis \(index + 2) of \(shape) is symbolic and would change; expected a known extent")
        }
      }
      guard output != 0 else { throw failure(.shape, "axis \(index + 2) of \(shape) has no elements") }
      var input = output
      if output > 0 {
        let (distance, overflow) = stride.multipliedReportingOverflow(by: output - 1)
        guard !overflow, distance <= TensorType.byteLimit else {
          throw failure(.shape, "stride \(stride) spreads axis \(index + 2) of \(shape) beyond 2^40 elements")
        }
        let full = distance + outputPadding[index] + span
        if isFixed {
          // A requested extent beyond the full one leaves elements at the end.
          let wanted = requested?[index] ?? Swift.min(full, distance + stride)
          (before, after) = settings.autoPad.split(Swift.max(0, full - wanted))
          input = wanted
        } else {
          input = full - before - after
        }
      }
      let axis = WindowAxis(
        input: input, output: output, kernel: kernel[index], stride: stride, dilation: settings.dilations[index],
        before: before, after: after)
      guard input != 0, output < 0 || input > 0 else {
        throw failure(.shape, "padding leaves nothing of axis \(index + 2): its extent would be \(input)")
      }
      guard output < 0 || axis.remainder < Swift.max(stride, axis.dilation) else {
        throw failure(
          .attribute,
          "\(axis.remainder) elements are added at the end of axis \(index + 2), expected less than its stride "
            + "\(stride) or its dilation \(axis.dilation)")
      }
      return axis
    }
  }

  /// The pairs of input and output elements that a position of the window connects, by their row-major indices.
  var taps: [(input: Int, output: Int, position: Int)] {
    var taps = [(input: 0, output: 0, position: 0)]
    for axis in axes {
      let along = (0..<axis.output).flatMap { output in
        axis.positions(at: output).map {
          (input: output * axis.stride + $0 * axis.dilation - axis.before, output: output, position: $0)
        }
      }
      taps = taps.flatMap { outer in
        along.map {
          (
            input: outer.input * axis.input + $0.input, output: outer.output * axis.output + $0.output,
            position: outer.position * axis.kernel + $0.position
          )
        }
      }
    }
    return taps
  }
}

/// ONNX's `auto_pad`.
private enum AutoPad: String {
  case notSet = "NOTSET"
  case sameUpper = "SAME_UPPER"
  case sameLower = "SAME_LOWER"
  case valid = "VALID"

  var isSame: Bool { self == .sameUpper || self == .sameLower }

  /// Splits padding between both ends. An odd element is at the end for SAME_UPPER, otherwise at the start.
  func split(_ total: Int) -> (before: Int, after: Int) {
    self == .sameUpper ? (total / 2, total - total / 2) : (total - total / 2, total / 2)
  }
}

/// The attributes of a window, checked and with defaults.
private struct Settings {
  let attributes: ResolvedAttributes
  let count: Int
  let failure: SlidingWindow.Failure
  var strides: [Int] = []
  var dilations: [Int] = []
  var spans: [Int] = []
  var pads: [(before: Int, after: Int)] = []
  var autoPad = AutoPad.notSet

  init(
    _ shape: Shape, _ kernel: [Int], _ attributes: ResolvedAttributes, _ failure: @escaping SlidingWindow.Failure
  ) throws {
    self.attributes = attributes
    count = kernel.count
    self.failure = failure
    guard shape.rank == count + 2, count > 0 else {
      throw failure(.shape, "the window \(kernel) does not fit \(shape), expected [N, C] and an extent for each axis")
    }
    guard kernel.allSatisfy({ $0 > 0 && $0 <= Self.largest }) else {
      throw failure(.shape, "the window is \(kernel), expected extents of 1 to 2^30")
    }
    strides = try list("strides", default: 1, least: 1)
    dilations = try list("dilations", default: 1, least: 1)
    spans = zip(kernel, dilations).map { ($0 - 1) * $1 + 1 }
    if attributes.has("auto_pad") {
      let name = attributes.string("auto_pad") ?? ""
      guard let known = AutoPad(rawValue: name) else {
        throw failure(.attribute, "auto_pad '\(name)', expected NOTSET, SAME_UPPER, SAME_LOWER or VALID")
      }
      autoPad = known
    }
    let numbers = try list("pads", default: 0, least: 0, ends: 2)
    guard autoPad == .notSet || numbers.allSatisfy({ $0 == 0 }) else {
      throw failure(.attribute, "pads \(numbers) with auto_pad '\(autoPad.rawValue)', expected one of them")
    }
    pads = (0..<count).map { (numbers[$0], numbers[$0 + count]) }
  }

  /// The largest value. Products of larger ones would overflow.
  private static let largest = 1 << 30

  /// Returns a value for each axis, or for either end of each.
  func list(_ name: String, default number: Int, least: Int, ends: Int = 1) throws -> [Int] {
    guard let numbers = attributes.ints(name) else { return [Int](repeating: number, count: count * ends) }
    guard numbers.count == count * ends, numbers.allSatisfy({ $0 >= least && $0 <= Self.largest }) else {
      throw failure(.attribute, "\(name) \(numbers), expected \(count * ends) values of \(least) to 2^30")
    }
    return numbers
  }
}

extension ResolvedAttributes {
  /// Whether the operator has an attribute `name`.
  func has(_ name: String) -> Bool { op.definition.signature.attributes.contains { $0.name == name } }
}
