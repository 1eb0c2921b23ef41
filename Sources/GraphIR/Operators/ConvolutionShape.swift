/// The shapes of a convolution's input, weights and output, for any of the three as the result.
public struct ConvolutionShape: Sendable {
  /// The input, [N, C, D1, …].
  public let x: Shape
  /// The weights, [M, C / groups, k1, …].
  public let w: Shape
  /// The output, [N, M, d1, …].
  public let y: Shape
  /// The number of groups. Each has an equal share of the input and output channels.
  public let groups: Int
  /// The window that slides over x.
  public let window: SlidingWindow

  /// Creates the shapes of a `Conv` of `x` with `w`.
  ///
  /// - Throws: the error that `failure` returns.
  public init(
    conv x: Shape, _ w: Shape, _ attributes: ResolvedAttributes, _ failure: @escaping SlidingWindow.Failure
  ) throws {
    let kernel = try Self.kernel(of: w, x, attributes, failure)
    groups = try Self.groups(attributes, dividing: w[0], failure)
    guard x[1] == (groups == 1 ? w[1] : w[1] >= 0 ? Shape.product(of: [w[1], groups]) : nil) else {
      throw failure(.shape, "X is \(x) and W \(w) in \(groups) groups, expected \(w[1]) channels for each group")
    }
    window = try SlidingWindow(over: x, kernel: kernel, attributes, failure)
    (self.x, self.w, y) = (x, w, Shape([x[0], w[0]] + window.output))
  }

  /// Creates the shapes of the convolution whose transpose is a `ConvTranspose` of `y` with `w`.
  ///
  /// - Throws: the error that `failure` returns.
  public init(
    transpose y: Shape, _ w: Shape, _ attributes: ResolvedAttributes, _ failure: @escaping SlidingWindow.Failure
  ) throws {
    let kernel = try Self.kernel(of: w, y, attributes, failure)
    groups = try Self.groups(attributes, dividing: w[0], failure)
    guard y[1] == w[0] else {
      throw failure(.shape, "X is \(y) and W \(w), expected as many channels of X as W has rows")
    }
    guard let channels = groups == 1 ? w[1] : w[1] >= 0 ? Shape.product(of: [w[1], groups]) : nil else {
      throw failure(.shape, "W is \(w), which can't be repeated for \(groups) groups")
    }
    window = try SlidingWindow(transposedOver: y, kernel: kernel, attributes, failure)
    (self.y, self.w, x) = (y, w, Shape([y[0], channels] + window.input))
  }

  /// Creates the shapes of the convolution of `x` whose output has the shape `y`.
  ///
  /// - Throws: the error that `failure` returns.
  public init(
    weightGrad x: Shape, _ y: Shape, _ attributes: ResolvedAttributes, _ failure: @escaping SlidingWindow.Failure
  ) throws {
    guard x.rank > 2, x.rank == y.rank, x[0] == y[0] else {
      throw failure(.shape, "X is \(x) and dY is \(y), expected [N, C, …] and [N, M, …] with as many axes")
    }
    groups = try Self.groups(attributes, dividing: y[1], failure)
    guard groups == 1 || x[1] >= 0 && x[1] % groups == 0 else {
      throw failure(.shape, "the channels of X, which is \(x), can't be divided into \(groups) groups")
    }
    window = try SlidingWindow(over: x, kernel: attributes.ints("kernel_shape") ?? [], attributes, failure)
    guard window.output == Array(y.dropFirst(2)) else {
      throw failure(.shape, "dY is \(y), expected spatial extents \(Shape(window.output)) as X is \(x)")
    }
    (self.x, self.y, w) = (x, y, Shape([y[1], groups == 1 ? x[1] : x[1] / groups] + window.kernel))
  }

  /// Calls `body` with the row-major indices of each term's elements of x, w and y.
  func forEachTerm(_ body: (_ x: Int, _ w: Int, _ y: Int) -> Void) {
    let taps = window.taps
    let (channels, rows) = (w[1], w[0] / groups)
    let (input, output) = (window.input.reduce(1, *), window.output.reduce(1, *))
    let positions = window.kernel.reduce(1, *)
    for n in 0..<x[0] {
      for g in 0..<groups {
        for m in g * rows..<(g + 1) * rows {
          for c in 0..<channels {
            let image = ((n * groups + g) * channels + c) * input
            let (weights, result) = ((m * channels + c) * positions, (n * w[0] + m) * output)
            for tap in taps { body(image + tap.input, weights + tap.position, result + tap.output) }
          }
        }
      }
    }
  }

  private static func kernel(
    of w: Shape, _ data: Shape, _ attributes: ResolvedAttributes, _ failure: SlidingWindow.Failure
  ) throws -> [Int] {
    guard data.rank > 2, w.rank == data.rank else {
      throw failure(.shape, "X is \(data) and W is \(w), expected [N, C, …] and weights with as many axes")
    }
    let kernel = Array(w.dropFirst(2))
    if let declared = attributes.ints("kernel_shape"), declared != kernel {
      throw failure(.attribute, "kernel_shape is \(declared), but W is \(w)")
    }
    return kernel
  }

  private static func groups(
    _ attributes: ResolvedAttributes, dividing rows: Int, _ failure: SlidingWindow.Failure
  ) throws -> Int {
    let groups = attributes.int("group") ?? 1
    guard groups > 0, groups == 1 || rows > 0 && rows % groups == 0 else {
      throw failure(.attribute, "group is \(groups), expected a divisor of \(rows) channels")
    }
    return groups
  }
}
