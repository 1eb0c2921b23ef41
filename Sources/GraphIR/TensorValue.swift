/// An immutable, row-major tensor in memory.
///
/// Copies share their bytes: a snapshot of a run's state is a list of values.
public struct TensorValue: Sendable {
  /// Element type and shape.
  public let type: TensorType
  /// The bytes: `count` elements in row-major order.
  public let storage: Storage
  /// The number of elements.
  public let count: Int

  /// The element type.
  @inlinable public var dtype: DataType { type.dtype }
  /// The shape.
  @inlinable public var shape: Shape { type.shape }
  /// The number of bytes.
  @inlinable public var byteCount: Int { count * type.dtype.byteCount }

  /// Creates a value with uninitialised elements. The caller fills `storage` before passing the value on.
  public init(uninitialized type: TensorType) {
    precondition(type.shape.isStatic, "a value: expected a static shape, found \(type)")
    self.type = type
    count = type.shape.elementCount
    storage = Storage(byteCount: count * type.dtype.byteCount)
  }

  /// Creates a value in memory of another owner, who keeps it as long as the value and its copies live.
  package init(borrowing pointer: UnsafeMutableRawPointer, type: TensorType) {
    self.init(
      sharing: Storage(borrowing: pointer, byteCount: type.shape.elementCount * type.dtype.byteCount), type: type)
  }

  /// Creates a value from elements in row-major order.
  public init<Element: TensorElement>(_ elements: [Element], shape: Shape) {
    precondition(elements.count == shape.elementCount, "\(elements.count) elements do not fill \(shape)")
    self.init(uninitialized: TensorType(Element.dataType, shape))
    elements.withUnsafeBytes {
      storage.pointer.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(storage.pointer), byteCount: $0.count)
    }
  }

  /// Creates a vector.
  public init<Element: TensorElement>(_ elements: [Element]) { self.init(elements, shape: [elements.count]) }

  /// Creates a vector of integers, as operators take shapes and axes.
  public init(integers: [Int]) {
    self.init(uninitialized: TensorType(.int64, [integers.count]))
    withMutableElements(of: Int64.self) { elements in
      for index in integers.indices { elements[index] = Int64(integers[index]) }
    }
  }

  /// Creates a vector of integers, as operators take shapes and axes.
  @inlinable public init(integers: some Sequence<Int>) { self.init(integers: Array(integers)) }

  /// Creates a tensor of shape [].
  public init<Element: TensorElement>(scalar: Element) { self.init([scalar], shape: []) }

  /// Creates a tensor filled with `number`, rounded to the element type.
  public init(repeating number: Double, type: TensorType) {
    self.init(uninitialized: type)
    switch type.dtype {
    case .float32: withMutableElements(of: Float.self) { $0.update(repeating: Float(number)) }
    case .float64: withMutableElements(of: Double.self) { $0.update(repeating: number) }
    case .int64: withMutableElements(of: Int64.self) { $0.update(repeating: Int64(number)) }
    case .bool: withMutableElements(of: Bool.self) { $0.update(repeating: number != 0) }
    }
  }

  /// The same elements in memory that lives as long as the value; a copy if this value borrows its memory.
  package var owned: TensorValue {
    guard storage.isBorrowed else { return self }
    let copy = TensorValue(uninitialized: type)
    copy.storage.pointer.copyMemory(from: storage.pointer, byteCount: byteCount)
    return copy
  }

  private init(sharing storage: Storage, type: TensorType) {
    self.type = type
    self.storage = storage
    count = type.shape.elementCount
  }

  /// Sets `count` elements of a new value, from `position`, to those of `source` from `offset`.
  func copy(_ count: Int = 1, of source: TensorValue, from offset: Int, to position: Int) {
    let size = dtype.byteCount
    (storage.pointer + position * size)
      .copyMemory(from: source.storage.pointer + offset * size, byteCount: count * size)
  }

  /// Returns the same elements under another shape with an equal number of elements.
  public func reshaped(to shape: Shape) -> TensorValue {
    precondition(shape.isStatic && shape.elementCount == count, "\(type) can't be reshaped to \(shape)")
    return TensorValue(sharing: storage, type: TensorType(dtype, shape))
  }

  /// Calls `body` with the elements.
  @inlinable
  public func withElements<Element: TensorElement, Result>(
    of type: Element.Type, _ body: (UnsafeBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    precondition(Element.dataType == dtype, "the elements are \(dtype.rawValue), not \(Element.dataType.rawValue)")
    let pointer = storage.pointer.assumingMemoryBound(to: Element.self)
    return try body(UnsafeBufferPointer(start: pointer, count: count))
  }

  // A function for both kinds of buffers would be longer than the two.

  /// Calls `body` with the elements of a new value, to set them.
  @inlinable
  public func withMutableElements<Element: TensorElement, Result>(
    of type: Element.Type, _ body: (UnsafeMutableBufferPointer<Element>) throws -> Result
  ) rethrows -> Result {
    precondition(Element.dataType == dtype, "the elements are \(dtype.rawValue), not \(Element.dataType.rawValue)")
    let pointer = storage.pointer.assumingMemoryBound(to: Element.self)
    return try body(UnsafeMutableBufferPointer(start: pointer, count: count))
  }

  /// Calls `body` with the bytes, little-endian on every supported machine.
  @inlinable
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: storage.pointer, count: byteCount))
  }

  /// Returns the elements in row-major order.
  public func elements<Element: TensorElement>(as type: Element.Type = Element.self) -> [Element] {
    withElements(of: type) { Array($0) }
  }

  /// The elements as integers, for shapes and axes. Requires `int64`.
  public var integers: [Int] {
    withElements(of: Int64.self) { elements in
      [Int](unsafeUninitializedCapacity: elements.count) { buffer, initialized in
        for index in elements.indices { buffer[index] = Int(elements[index]) }
        initialized = elements.count
      }
    }
  }

  /// Returns an element as an integer, for shapes and axes. Requires `int64`.
  public func integer(at index: Int) -> Int { withElements(of: Int64.self) { Int($0[index]) } }

  /// The elements of any type as `Double`s.
  public var doubles: [Double] {
    switch dtype {
    case .float32: elements(as: Float.self).map(Double.init)
    case .float64: elements(as: Double.self)
    case .int64: elements(as: Int64.self).map(Double.init)
    case .bool: elements(as: Bool.self).map { $0 ? 1 : 0 }
    }
  }
}

extension TensorValue: Hashable {
  /// Whether types and bytes are equal: a NaN equals itself, and 0 differs from -0.
  public static func == (first: TensorValue, second: TensorValue) -> Bool {
    guard first.type == second.type else { return false }
    if first.storage === second.storage { return true }
    return first.withUnsafeBytes { left in second.withUnsafeBytes { left.elementsEqual($0) } }
  }

  /// Hashes type and bytes.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(type)
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension TensorValue: CustomStringConvertible {
  /// The type and, for small values, the elements.
  public var description: String { count <= 16 ? "\(type) \(doubles)" : "\(type)" }
}
