import GraphIR

// New tensors. Numbers become float32 by default, as in `torch.tensor([1.0])`.

extension Tensor {
  /// A scalar.
  public convenience init(_ number: Double, dtype: DataType = .float32) {
    self.init(TensorValue(repeating: number, type: TensorType(dtype, [])))
  }

  /// A vector: `Tensor([1, 2, 3])`.
  ///
  /// - Parameters:
  ///   - numbers: the elements, rounded to `dtype`.
  ///   - dtype: the element type: float32 by default, also for whole numbers.
  ///   - requiresGrad: whether the tensor requires gradients; requires a floating-point type.
  public convenience init(_ numbers: [Double], dtype: DataType = .float32, requiresGrad: Bool = false) {
    self.init(numbers, [numbers.count], dtype: dtype, requiresGrad: requiresGrad)
  }

  /// The elements in row-major order with a shape: `Tensor([1, 2, 3, 4], [2, 2])`.
  ///
  /// - Parameters:
  ///   - numbers: the elements, rounded to `dtype`.
  ///   - shape: the shape; its element count must be the number of elements.
  ///   - dtype: the element type: float32 by default, also for whole numbers.
  ///   - requiresGrad: whether the tensor requires gradients; requires a floating-point type.
  public convenience init(
    _ numbers: [Double], _ shape: Shape, dtype: DataType = .float32, requiresGrad: Bool = false
  ) {
    self.init(Self.value(numbers, shape, dtype), requiresGrad: requiresGrad)
  }

  /// A matrix: `Tensor([[1, 2], [3, 4]])`.
  ///
  /// - Parameters:
  ///   - rows: rows of equal length; their numbers are rounded to `dtype`.
  ///   - dtype: the element type: float32 by default, also for whole numbers.
  ///   - requiresGrad: whether the tensor requires gradients; requires a floating-point type.
  public convenience init(_ rows: [[Double]], dtype: DataType = .float32, requiresGrad: Bool = false) {
    let columns = rows.first?.count ?? 0
    precondition(rows.allSatisfy { $0.count == columns }, "matrix: expected rows of equal length, found different ones")
    self.init(rows.flatMap { $0 }, [rows.count, columns], dtype: dtype, requiresGrad: requiresGrad)
  }

  /// Elements of a Swift type, which is kept: `[Float]`, `[Int64]` or `[Bool]`.
  ///
  /// - Parameters:
  ///   - elements: the elements in row-major order.
  ///   - shape: the shape; requires as many elements as there are. A vector by default.
  public convenience init<Element: TensorElement>(_ elements: [Element], _ shape: Shape? = nil) {
    self.init(TensorValue(elements, shape: shape ?? [elements.count]))
  }

  /// Integers as int64, for indices and classes: `Tensor(integers: [0, 2])`.
  public convenience init(integers: [Int]) { self.init(TensorValue(integers: integers)) }

  /// `shape` filled with zeros.
  public static func zeros(_ shape: Shape, dtype: DataType = .float32) -> Tensor { full(shape, 0, dtype: dtype) }

  /// Zeros of another tensor's type.
  public static func zeros(like tensor: Tensor) -> Tensor { zeros(tensor.shape, dtype: tensor.dtype) }

  /// `shape` filled with ones.
  public static func ones(_ shape: Shape, dtype: DataType = .float32) -> Tensor { full(shape, 1, dtype: dtype) }

  /// Ones of another tensor's type.
  public static func ones(like tensor: Tensor) -> Tensor { ones(tensor.shape, dtype: tensor.dtype) }

  /// `shape` filled with `number`, rounded to `dtype`.
  public static func full(_ shape: Shape, _ number: Double, dtype: DataType = .float32) -> Tensor {
    Tensor(TensorValue(repeating: number, type: TensorType(dtype, shape)))
  }

  /// Standard normal draws from `stream`. Draws are float32 numbers for every `dtype`.
  ///
  /// - Parameters:
  ///   - shape: the shape.
  ///   - stream: the source of the draws, which advances.
  ///   - dtype: a floating-point type.
  public static func randn(_ shape: Shape, _ stream: inout RandomStream, dtype: DataType = .float32) -> Tensor {
    drawn(stream.normal(shape), dtype)
  }

  /// Uniform draws on [`low`, `high`) from `stream`. Draws are float32 numbers for every `dtype`.
  ///
  /// - Parameters:
  ///   - shape: the shape.
  ///   - stream: the source of the draws, which advances.
  ///   - low: the lower bound, included; 0 by default.
  ///   - high: the upper bound, excluded; 1 by default.
  ///   - dtype: a floating-point type.
  public static func uniform(
    _ shape: Shape, _ stream: inout RandomStream, low: Float = 0, high: Float = 1, dtype: DataType = .float32
  ) -> Tensor {
    drawn(stream.uniform(shape, low: low, high: high), dtype)
  }

  private static func drawn(_ draws: TensorValue, _ dtype: DataType) -> Tensor {
    precondition(dtype.isFloatingPoint, "\(dtype.rawValue) can't hold random numbers")
    return Tensor(dtype == .float32 ? draws : value(draws.doubles, draws.shape, dtype))
  }

  private static func value(_ numbers: [Double], _ shape: Shape, _ dtype: DataType) -> TensorValue {
    switch dtype {
    case .float32: TensorValue(numbers.map { Float($0) }, shape: shape)
    case .float64: TensorValue(numbers, shape: shape)
    case .int64: TensorValue(numbers.map { Int64($0) }, shape: shape)
    case .bool: TensorValue(numbers.map { $0 != 0 }, shape: shape)
    }
  }
}

/// A number, or a list of literals, in a literal of a tensor.
public struct TensorLiteral: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
  fileprivate let numbers: [Double]
  fileprivate let shape: [Int]

  /// A number.
  public init(floatLiteral value: Double) { (numbers, shape) = ([value], []) }

  /// A number.
  public init(integerLiteral value: Int) { (numbers, shape) = ([Double(value)], []) }

  /// Parts of equal shapes.
  public init(arrayLiteral elements: TensorLiteral...) { self.init(elements) }

  fileprivate init(_ parts: [TensorLiteral]) {
    let inner = parts.first?.shape ?? []
    precondition(parts.allSatisfy { $0.shape == inner }, "tensor: expected parts of equal shape, found different ones")
    (numbers, shape) = (parts.flatMap(\.numbers), [parts.count] + inner)
  }
}

extension Tensor: ExpressibleByArrayLiteral {
  /// A tensor of float32, nested to any depth: `let x: Tensor = [[1, 2], [3, 4]]`.
  public convenience init(arrayLiteral elements: TensorLiteral...) {
    let literal = TensorLiteral(elements)
    self.init(literal.numbers, Shape(literal.shape))
  }
}
