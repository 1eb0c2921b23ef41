extension Extent {
  /// A sum of products of symbols and rounded quotients, with whole coefficients.
  struct Polynomial: Hashable, Sendable {
    /// The coefficient of each product. A product is the sorted list of its factors; that of the constant is empty.
    private var coefficients: [[Int]: Int]

    /// The most terms and factors. Shapes of real models have a few; hostile ones could ask for any number.
    private static let (termLimit, factorLimit) = (64, 16)

    private init(_ coefficients: [[Int]: Int]) { self.coefficients = coefficients.filter { $0.value != 0 } }

    init(_ term: Term) {
      switch term {
      case .number(let number): self.init([[]: number])
      case .extent(let extent):
        if case .polynomial(let polynomial)? = Extent.definition(of: extent) {
          self = polynomial
        } else {
          self.init([[extent]: 1])
        }
      }
    }

    /// The number or extent that the polynomial is.
    var term: Term {
      if coefficients.isEmpty { return .number(0) }
      if coefficients.count == 1, let (factors, coefficient) = coefficients.first {
        if factors.isEmpty { return .number(coefficient) }
        if factors.count == 1, coefficient == 1 { return .extent(factors[0]) }
      }
      return .extent(Extent.extent(of: .polynomial(self)))
    }

    /// The sum; nil if it is too large.
    func adding(_ other: Polynomial) -> Polynomial? {
      Self.sum(Array(coefficients) + Array(other.coefficients))
    }

    /// The product; nil if it is too large.
    func multiplied(by other: Polynomial) -> Polynomial? {
      guard coefficients.count * other.coefficients.count <= Self.termLimit else { return nil }
      var terms: [(key: [Int], value: Int)] = []
      for (left, first) in coefficients {
        for (right, second) in other.coefficients {
          let (product, overflow) = first.multipliedReportingOverflow(by: second)
          guard !overflow, left.count + right.count <= Self.factorLimit else { return nil }
          terms.append(((left + right).sorted(), product))
        }
      }
      return Self.sum(terms)
    }

    private static func sum(_ terms: [(key: [Int], value: Int)]) -> Polynomial? {
      var result: [[Int]: Int] = [:]
      for (factors, coefficient) in terms {
        let (sum, overflow) = result[factors, default: 0].addingReportingOverflow(coefficient)
        guard !overflow else { return nil }
        result[factors] = sum
      }
      return result.count <= termLimit ? Polynomial(result) : nil
    }

    /// The quotient, rounded down. A divisor is one product; nil where it does not divide every term but for numbers.
    func divided(by divisor: Polynomial) -> Polynomial? {
      if self == divisor, !coefficients.isEmpty { return Polynomial([[]: 1]) }
      guard divisor.coefficients.count == 1, let (factors, number) = divisor.coefficients.first, number > 0 else {
        return nil
      }
      var (whole, rest) = ([[Int]: Int](), [[Int]: Int]())
      for (product, coefficient) in coefficients {
        var remaining = product
        for factor in factors {
          guard let index = remaining.firstIndex(of: factor) else { return nil }
          remaining.remove(at: index)
        }
        if coefficient % number == 0 { whole[remaining] = coefficient / number } else { rest[remaining] = coefficient }
      }
      guard !rest.isEmpty else { return Polynomial(whole) }
      if rest.count == 1, let constant = rest[[]] {
        // ⌊A + c/n⌋ = A + ⌊c/n⌋ for a whole A.
        let down = constant >= 0 ? constant / number : -((number - 1 - constant) / number)
        return Polynomial(whole).adding(Polynomial([[]: down]))
      }
      let quotient = Extent.extent(of: .quotient(Polynomial(rest), number))
      return Polynomial(whole).adding(Polynomial([[quotient]: 1]))
    }

    /// For example `2*batch - 1`, in an order that depends on the expression alone.
    func text(_ symbols: [String]) -> String {
      let terms = coefficients.map { factors, coefficient -> (name: String, coefficient: Int) in
        (factors.map { Extent.text($0, symbols) }.sorted().joined(separator: "*"), coefficient)
      }
      // The constant, which has no name, is the last.
      let sorted = terms.sorted { ($0.name.isEmpty ? 1 : 0, $0.name) < ($1.name.isEmpty ? 1 : 0, $1.name) }
      return sorted.enumerated().map { index, term in
        let sign = term.coefficient < 0 ? (index == 0 ? "-" : " - ") : (index == 0 ? "" : " + ")
        let size = term.coefficient.magnitude
        return sign + (term.name.isEmpty ? "\(size)" : size == 1 ? term.name : "\(size)*\(term.name)")
      }.joined()
    }
  }
}
