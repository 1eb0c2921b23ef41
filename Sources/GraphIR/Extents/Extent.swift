import Synchronization

/// Arithmetic on extents, of which some are symbolic.
///
/// A graph's symbolic dimensions are the extents -1, -2 and so on of ``Shape``. An extent that is computed from them,
/// such as twice the batch, is a *derived* extent: a smaller number that stands for an expression. Equal expressions of
/// equal symbols are one number in the whole process, so that comparing shapes compares expressions. A derived extent
/// means nothing without the graph whose symbols it contains, and no graph stores one.
public enum Extent {
  /// The first derived extent. The next ones are smaller.
  static let firstDerived = -1 << 40

  // The results below are nil where an expression would be too large or can't be expressed.

  /// The sum of two numbers or extents.
  static func sum(_ a: Term, _ b: Term) -> Term? {
    guard let x = a.number, let y = b.number else { return Polynomial(a).adding(Polynomial(b))?.term }
    let (sum, overflow) = x.addingReportingOverflow(y)
    return overflow ? nil : .number(sum)
  }

  /// The difference of two numbers or extents.
  static func difference(_ a: Term, _ b: Term) -> Term? {
    product(b, .number(-1)).flatMap { sum(a, $0) }
  }

  /// The product of two numbers or extents.
  static func product(_ a: Term, _ b: Term) -> Term? {
    guard let x = a.number, let y = b.number else { return Polynomial(a).multiplied(by: Polynomial(b))?.term }
    let (product, overflow) = x.multipliedReportingOverflow(by: y)
    return overflow ? nil : .number(product)
  }

  /// The quotient of two numbers or extents, rounded down. The divisor is not negative.
  static func quotient(_ a: Term, _ b: Term) -> Term? {
    guard let x = a.number, let y = b.number else { return Polynomial(a).divided(by: Polynomial(b))?.term }
    guard y > 0 else { return nil }
    return .number(x >= 0 ? x / y : -((y - 1 - x) / y))
  }

  /// The product of the extents of a shape.
  static func count(of extents: some Sequence<Int>) -> Term? {
    extents.reduce(Optional(.number(1))) { product, extent in
      product.flatMap { Extent.product($0, Term(extent: extent)) }
    }
  }

  /// The expression of an extent, with the names of the symbols.
  static func text(_ extent: Int, _ symbols: [String]) -> String {
    if extent >= 0 { return String(extent) }
    if extent >= -symbols.count { return symbols[-extent - 1] }
    return definition(of: extent)?.text(symbols) ?? "?\(extent.magnitude)"
  }

  // MARK: The expressions of derived extents

  private static let table = Mutex<(definitions: [Definition], extents: [Definition: Int])>(([], [:]))

  /// The extent of an expression.
  static func extent(of definition: Definition) -> Int {
    table.withLock { table in
      if let extent = table.extents[definition] { return extent }
      let extent = firstDerived - table.definitions.count
      table.definitions.append(definition)
      table.extents[definition] = extent
      return extent
    }
  }

  /// The expression of a derived extent; nil for any other.
  static func definition(of extent: Int) -> Definition? {
    guard extent <= firstDerived, extent > Int.min / 2 else { return nil }
    return table.withLock { table in
      let index = firstDerived - extent
      return table.definitions.indices.contains(index) ? table.definitions[index] : nil
    }
  }

  /// The expression of a derived extent.
  enum Definition: Hashable, Sendable {
    /// A sum of products.
    case polynomial(Polynomial)
    /// A quotient that is rounded down.
    case quotient(Polynomial, Int)

    func text(_ symbols: [String]) -> String {
      switch self {
      case .polynomial(let polynomial): polynomial.text(symbols)
      case .quotient(let numerator, let divisor): "floor((\(numerator.text(symbols))) / \(divisor))"
      }
    }
  }
}

extension Extent {
  /// An element of a vector that describes shapes: a number, or a symbolic extent.
  enum Term: Hashable, Sendable {
    case number(Int)
    case extent(Int)

    /// An extent of a shape.
    init(extent: Int) { self = extent < 0 ? .extent(extent) : .number(extent) }

    /// The extent of a shape that this is; nil for a negative number.
    var extent: Int? {
      switch self {
      case .number(let number): number >= 0 ? number : nil
      case .extent(let extent): extent
      }
    }

    /// The number; nil for a symbolic extent.
    var number: Int? { if case .number(let number) = self { number } else { nil } }
  }
}

extension [Extent.Term] {
  /// The vector as messages show it. Extents are those of ``Shape``.
  var text: String {
    "[" + map { $0.number.map(String.init) ?? Shape([$0.extent ?? 0]).extentsText }.joined(separator: ", ") + "]"
  }
}
