import GraphIR
import TestSupport

extension SplitMix64 {
  /// One to three operands over at most five letters, with diagonals, axes that broadcast, ellipses and sums of all
  /// kinds.
  mutating func einsum(_ dtype: DataType) -> Call {
    let letters = Array("abcDe").map { ($0, extent: pick([1, 2, 3, 4, chance(0.05) ? 0 : 2])) }
    let rest = (0..<Int.random(in: 0...2, using: &self)).map { _ in pick([1, 2, 3]) }
    let hasEllipsis = chance(0.3)
    var (terms, inputs): ([String], [TensorValue?]) = ([], [])
    for _ in 0..<Int.random(in: 1...3, using: &self) {
      var (term, shape): (String, [Int]) = ("", [])
      for _ in 0..<Int.random(in: 0...4, using: &self) {
        let (letter, extent) = pick(letters)
        // A diagonal does not broadcast.
        shape.append(!term.contains(letter) && chance(0.1) ? 1 : extent)
        if let before = term.firstIndex(of: letter) {
          shape[shape.count - 1] = shape[term.distance(from: term.startIndex, to: before)]
        }
        term.append(letter)
      }
      if hasEllipsis, chance(0.8) {
        shape += rest.suffix(Int.random(in: 0...rest.count, using: &self)).map { chance(0.2) ? 1 : $0 }
        term += "..."
      }
      terms.append(term)
      inputs.append(value(dtype, Shape(shape), special: false))
    }
    let used = letters.map { String($0.0) }.filter { letter in terms.contains { $0.contains(letter) } }
    let output = used.filter { _ in chance(0.5) }.shuffled(using: &self).joined()
    let equation = terms.joined(separator: ",") + (chance(0.2) ? "" : "->" + (hasEllipsis ? "..." : "") + output)
    return Call(op: .einsum, inputs: inputs, attributes: ["equation": .string(equation)])
  }
}
