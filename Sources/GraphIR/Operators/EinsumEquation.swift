/// What an equation of Einstein's summation says: every axis of an operand has a label, and what has one label is one index.
///
/// Sources: ONNX Einsum-12 and NumPy's `einsum`. Operands are separated by commas, their axes are letters, and `...` stands for
/// the axes that remain, which broadcast. What follows `->` are the axes of the result, over all others it is summed; without it
/// they are those of the ellipsis and then, in alphabetical order, the letters that occur once.
struct EinsumEquation {
  /// The code of a letter; for the axes that an ellipsis stands for, -1 is the last one, -2 the one before.
  typealias Label = Int

  /// The labels of every operand's axes.
  let operands: [[Label]]
  /// The labels of the result's axes.
  private(set) var output: [Label] = []
  /// Whether ellipses are of one length, nothing broadcasts under a letter, and a result that is left out has no capitals.
  private(set) var isPlain = false
  private var extents: [Label: Int] = [:]

  /// The equation for operands of these shapes.
  ///
  /// - Parameter error: makes the error of a message.
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

  /// The labels that are summed over.
  var summed: [Label] { extents.keys.filter { !output.contains($0) }.sorted() }

  /// The extent of what has this label.
  func extent(_ label: Label) -> Int { extents[label] ?? 1 }

  /// The extents of axes with these labels.
  func shape(_ labels: [Label]) -> Shape { Shape(labels.map(extent)) }

  static func name(_ label: Label) -> String { label < 0 ? "..." : String(UnicodeScalar(UInt8(label))) }

  /// Learns extents from an operand. An axis of extent 1 broadcasts, but not along a diagonal.
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

  /// A list of labels as it is written.
  private struct Term {
    let letters: [Label]
    /// How many letters stand before the ellipsis; nil where there is none.
    private let lettersBefore: Int?

    var hasEllipsis: Bool { lettersBefore != nil }

    /// Nil where there is something else than letters and one ellipsis.
    init?(_ text: Substring) {
      let parts = text.split(separator: "...", omittingEmptySubsequences: false)
      let isSpelled = parts.joined().allSatisfy { $0.isASCII && $0.isLetter }
      guard parts.count <= 2, isSpelled else { return nil }
      letters = parts.joined().compactMap { $0.asciiValue.map(Int.init) }
      lettersBefore = parts.count == 2 ? parts[0].count : nil
    }

    /// The labels of a tensor of this rank.
    func labels(rank: Int) -> [Label] {
      guard let lettersBefore else { return letters }
      return letters.prefix(lettersBefore) + Array((letters.count - rank)..<0) + letters.dropFirst(lettersBefore)
    }
  }
}
