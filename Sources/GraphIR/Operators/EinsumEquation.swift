/// An equation in Einstein notation: every axis of an operand has a label, and axes of one label share an index.
///
/// Sources: ONNX Einsum-12 and NumPy's `einsum`. Operands are separated by commas, and their axes are letters. `...`
/// stands for the remaining axes, which broadcast. The axes of the result follow `->`; all others are summed. Without
/// `->`, the result has the axes of the ellipsis, followed by the letters that occur once, in alphabetical order.
struct EinsumEquation {
  /// The character code of a letter. For the axes of an ellipsis, -1 is the last one, -2 the one before it.
  typealias Label = Int

  /// The labels of every operand's axes.
  let operands: [[Label]]
  /// The labels of the result's axes.
  private(set) var output: [Label] = []
  /// Whether ellipses have equal length, no axis of a letter broadcasts, and an implicit result has no capital letters.
  private(set) var isPlain = false
  private var extents: [Label: Int] = [:]

  /// Parses the equation for operands of these shapes.
  ///
  /// - Parameters:
  ///   - text: the equation.
  ///   - shapes: the shape of each operand.
  ///   - error: creates an error from a message.
  init(_ text: String, of shapes: [Shape], error: (GraphError.Code, String) -> GraphError) throws {
    func wrong(_ what: String) -> GraphError { error(.attribute, "equation '\(text)' \(what)") }
    let sides = text.filter { !$0.isWhitespace }.split(separator: "->", omittingEmptySubsequences: false)
    guard sides.count <= 2 else { throw wrong("has \(sides.count - 1) arrows, expected at most one") }
    func term(_ side: Substring) throws -> Term {
      guard let term = Term(side) else { throw wrong("has the term '\(side)', expected letters and at most one '...'") }
      return term
    }
    let terms = try sides[0].split(separator: ",", omittingEmptySubsequences: false).map(term)
    guard terms.count == shapes.count else {
      throw error(.arity, "equation '\(text)' has \(terms.count) operands, found \(shapes.count) inputs")
    }
    for (index, (term, shape)) in zip(terms, shapes).enumerated() {
      guard term.hasEllipsis ? shape.rank >= term.letters.count : shape.rank == term.letters.count else {
        throw error(
          .shape,
          """
          input \(index) is \(shape), but equation '\(text)' names \(term.letters.count) \
          \(term.hasEllipsis ? "axes besides the ellipsis" : "axes")
          """)
      }
    }
    operands = zip(terms, shapes).map { $0.labels(rank: $1.rank) }
    for (labels, shape) in zip(operands, shapes) {
      try learn(labels, shape) { error(.shape, "equation '\(text)': \($0)") }
    }

    let ellipsis = extents.keys.filter { $0 < 0 }.sorted()
    let lengths = zip(terms, shapes).filter(\.0.hasEllipsis).map { $1.rank - $0.letters.count }
    let isRegular =
      Set(lengths).count <= 1
      && zip(operands, shapes).allSatisfy { zip($0, $1).allSatisfy { $0 < 0 || extents[$0] == $1 } }
    guard sides.count == 2 else {
      let letters = terms.flatMap(\.letters)
      output = ellipsis + Set(letters).filter { letter in letters.count { $0 == letter } == 1 }.sorted()
      isPlain = isRegular && output.allSatisfy { Self.name($0) == Self.name($0).lowercased() }
      return
    }
    let result = try term(sides[1])
    guard Set(result.letters).count == result.letters.count else { throw wrong("names an axis of the result twice") }
    if let unknown = result.letters.first(where: { extents[$0] == nil }) {
      throw wrong("has '\(Self.name(unknown))' in the result, but in no operand")
    }
    guard result.hasEllipsis || ellipsis.isEmpty else {
      throw wrong("has an ellipsis in an operand, expected one in the result, too")
    }
    output = result.labels(rank: result.letters.count + ellipsis.count)
    isPlain = isRegular
  }

  /// The summed labels.
  var summed: [Label] { extents.keys.filter { !output.contains($0) }.sorted() }

  /// Returns the extent of the axes with this label.
  func extent(_ label: Label) -> Int { extents[label] ?? 1 }

  /// Returns the extents of axes with these labels.
  func shape(_ labels: [Label]) -> Shape { Shape(labels.map(extent)) }

  static func name(_ label: Label) -> String { label < 0 ? "..." : String(UnicodeScalar(UInt8(label))) }

  /// Records the extents of an operand. An axis of extent 1 broadcasts, but not along a diagonal.
  private mutating func learn(_ labels: [Label], _ shape: Shape, error: (String) -> GraphError) throws {
    var own: [Label: Int] = [:]
    for (label, extent) in zip(labels, shape) {
      let known = extents[label, default: 1]
      guard own[label, default: extent] == extent, extent == known || extent == 1 || known == 1 else {
        let other = own[label].map { $0 == extent ? known : $0 } ?? known
        throw error("'\(Self.name(label))' is \(Shape([other])) and \(Shape([extent]))")
      }
      own[label] = extent
      extents[label] = known == 1 ? extent : known
    }
  }

  /// The labels of one tensor as text.
  private struct Term {
    let letters: [Label]
    /// The number of letters before the ellipsis; nil without an ellipsis.
    private let lettersBefore: Int?

    var hasEllipsis: Bool { lettersBefore != nil }

    /// Nil unless the text consists of letters and at most one ellipsis.
    init?(_ text: Substring) {
      let parts = text.split(separator: "...", omittingEmptySubsequences: false)
      let isSpelled = parts.joined().allSatisfy { $0.isASCII && $0.isLetter }
      guard parts.count <= 2, isSpelled else { return nil }
      letters = parts.joined().compactMap { $0.asciiValue.map(Int.init) }
      lettersBefore = parts.count == 2 ? parts[0].count : nil
    }

    /// Returns the labels of a tensor of this rank.
    func labels(rank: Int) -> [Label] {
      guard let lettersBefore else { return letters }
      return letters.prefix(lettersBefore) + Array((letters.count - rank)..<0) + letters.dropFirst(lettersBefore)
    }
  }
}
