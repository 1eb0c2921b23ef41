import GraphIR

extension Emitter {
  /// Adds a function of each element.
  func unary(_ name: String, _ x: Value) -> Value { operation(name, [x], to: x.type) }

  /// Adds a function of two elements of one type; the operands broadcast to one shape, as in NumPy.
  func binary(_ name: String, _ a: Value, _ b: Value) -> Value {
    let operands = broadcast([a, b])
    return operation(name, operands, to: operands[0].type)
  }

  /// Adds a function of each element and a number.
  func binary(_ name: String, _ x: Value, _ number: Double) -> Value { binary(name, x, constant(number, like: x)) }

  func add(_ a: Value, _ b: Value) -> Value { binary("add", a, b) }
  func subtract(_ a: Value, _ b: Value) -> Value { binary("subtract", a, b) }
  func multiply(_ a: Value, _ b: Value) -> Value { binary("multiply", a, b) }
  func divide(_ a: Value, _ b: Value) -> Value { binary("divide", a, b) }
  func add(_ x: Value, _ number: Double) -> Value { binary("add", x, number) }
  func multiply(_ x: Value, _ number: Double) -> Value { binary("multiply", x, number) }

  /// The order of two numbers.
  enum Order: String {
    case less = "LT"
    case lessOrEqual = "LE"
    case equal = "EQ"
    case notEqual = "NE"
    case greater = "GT"
    case greaterOrEqual = "GE"
  }

  /// Adds a comparison; the operands broadcast to one shape.
  func compare(_ a: Value, _ order: Order, _ b: Value) -> Value {
    let operands = broadcast([a, b])
    let kind = a.dtype.isFloatingPoint ? "FLOAT" : a.dtype == .bool ? "UNSIGNED" : "SIGNED"
    return operation(
      "compare", operands,
      [
        ("comparison_direction", "#stablehlo<comparison_direction \(order.rawValue)>"),
        ("compare_type", "#stablehlo<comparison_type \(kind)>"),
      ], to: TensorType(.bool, operands[0].shape))
  }

  /// Adds a comparison with a number.
  func compare(_ x: Value, _ order: Order, _ number: Double) -> Value { compare(x, order, constant(number, like: x)) }

  /// Adds `condition ? a : b`; all three broadcast to one shape.
  func select(_ condition: Value, _ a: Value, _ b: Value) -> Value {
    let operands = broadcast([condition, a, b])
    return operation("select", operands, to: operands[1].type)
  }

  /// Adds a selection between a value and a number.
  func select(_ condition: Value, _ a: Value, _ number: Double) -> Value {
    select(condition, a, constant(number, like: a))
  }

  func isNaN(_ x: Value) -> Value { compare(x, .notEqual, x) }

  /// Adds a conversion; the value itself if it has the type.
  func convert(_ x: Value, to dtype: DataType) -> Value {
    x.dtype == dtype ? x : operation("convert", [x], to: TensorType(dtype, x.shape))
  }
}
