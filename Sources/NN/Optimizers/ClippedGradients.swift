import Autograd

/// Scales gradients down together to a Euclidean norm of at most `maxNorm`, as PyTorch's `clip_grad_norm_`.
///
/// - Parameters:
///   - gradients: the gradients by name, of one element type.
///   - maxNorm: the greatest norm of all elements of all gradients, more than 0.
/// - Returns: the gradients times min(1, `maxNorm` / (norm + 10⁻⁶)), and their original norm, a scalar.
public func clippedGradients(
  _ gradients: [String: Tensor], maxNorm: Double
) -> (gradients: [String: Tensor], norm: Tensor) {
  precondition(maxNorm > 0, "clipped gradients: maxNorm is \(maxNorm), expected a number above 0")
  return noGrad {
    // In a fixed order: equal gradients have equal norms, and a traced step is the same graph.
    let gradients = gradients.sorted { $0.key < $1.key }
    let squares = gradients.map { $0.value.squared().sum() }
    guard let first = squares.first else { return ([:], Tensor(0)) }
    let norm = squares.dropFirst().reduce(first, +).sqrt()
    let factor = (maxNorm / (norm + 1e-6)).clamp(max: 1)
    return (Dictionary(uniqueKeysWithValues: gradients.map { ($0, $1 * factor) }), norm)
  }
}

/// Clamps the elements of gradients to −`maxValue` … `maxValue`, as PyTorch's `clip_grad_value_`.
///
/// - Parameters:
///   - gradients: the gradients by name.
///   - maxValue: the greatest absolute value of an element, more than 0.
public func clippedGradients(_ gradients: [String: Tensor], maxValue: Double) -> [String: Tensor] {
  precondition(maxValue > 0, "clipped gradients: maxValue is \(maxValue), expected a number above 0")
  // In a fixed order: a traced step is the same graph.
  return noGrad {
    Dictionary(
      uniqueKeysWithValues: gradients.sorted { $0.key < $1.key }.map { ($0, $1.clamp(min: -maxValue, max: maxValue)) })
  }
}
