/// Rows interpolated between those of two other matrices, w·x + (1 − w)·y, with one weight for each row or for all.
///
/// An affine map preserves the interpolation: f(w·x + (1 − w)·y) = w·f(x) + (1 − w)·f(y).
struct Interpolation {
  /// x and y.
  let ends: [String]
  /// w and 1 − w.
  let weights: [String]

  /// Nil if the value is not such an interpolation.
  init?(_ name: String, in rewriter: Rewriter) {
    guard let sum = rewriter.maker(of: name, .add) else { return nil }
    let terms = sum.inputs.compactMap { Term($0, in: rewriter, shape: rewriter.shape(of: name)) }
    guard terms.count == 2,
      rewriter.isComplement(terms[0].weight, of: terms[1].weight)
        || rewriter.isComplement(terms[1].weight, of: terms[0].weight)
    else { return nil }
    ends = terms.map(\.rows)
    weights = terms.map(\.weight)
  }
}

/// A matrix multiplied by one weight for each row or for all.
private struct Term {
  let weight: String
  let rows: String

  init?(_ name: String, in rewriter: Rewriter, shape: Shape) {
    guard let product = rewriter.maker(of: name, .mul), shape.rank == 2, shape[1] != 1 else { return nil }
    let column = Shape([shape[0], 1])
    func isWeight(_ name: String) -> Bool { Shape.broadcast(rewriter.shape(of: name), column) == column }
    guard let place = product.inputs.firstIndex(where: isWeight), rewriter.shape(of: product.inputs[1 - place]) == shape
    else { return nil }
    (weight, rows) = (product.inputs[place], product.inputs[1 - place])
  }
}

extension Rewriter {
  /// Returns whether a value is 1 − `other`.
  fileprivate func isComplement(_ name: String, of other: String) -> Bool {
    guard let difference = maker(of: name, .sub), difference.inputs[1] == other else { return false }
    return value(of: difference.inputs[0])?.isFilled(with: 1) ?? false
  }
}
