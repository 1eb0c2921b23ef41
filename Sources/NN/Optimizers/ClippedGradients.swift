import Autograd

/// Gradients scaled down together to the Euclidean norm `maxNorm` where theirs is greater, as PyTorch's `clip_grad_norm_` has it.
///
/// - Parameters:
///   - gradients: by name, of one element type.
///   - maxNorm: the greatest norm of all elements of all gradients, more than 0.
/// - Returns: the gradients times min(1, `maxNorm` / (norm + 10⁻⁶)), and the norm before, a scalar.
public func clippedGradients(
  _ gradients: [String: Tensor], maxNorm: Double
) -> (gradients: [String: Tensor], norm: Tensor) {
  precondition(maxNorm > 0, "gradients can't be clipped to a norm of \(maxNorm)")
  return noGrad {
    // In a fixed order, so that equal gradients have equal norms and a traced step is one graph.
    let gradients = gradients.sorted { $0.key < $1.key }
    let squares = gradients.map { $0.value.squared().sum() }
    guard let first = squares.first else { return ([:], Tensor(0)) }
    let norm = squares.dropFirst().reduce(first, +).sqrt()
    let factor = (maxNorm / (norm + 1e-6)).clamp(max: 1)
    return (Dictionary(uniqueKeysWithValues: gradients.map { ($0, $1 * factor) }), norm)
  }
}

/// Gradients with every element from −`maxValue` to `maxValue`, as PyTorch's `clip_grad_value_` has them.
///
/// - Parameters:
///   - gradients: by name.
///   - maxValue: the greatest absolute value of an element, more than 0.
public func clippedGradients(_ gradients: [String: Tensor], maxValue: Double) -> [String: Tensor] {
  precondition(maxValue > 0, "gradients can't be clipped to \(maxValue)")
  // In a fixed order, so that a traced step is one graph.
  return noGrad {
    Dictionary(
      uniqueKeysWithValues: gradients.sorted { $0.key < $1.key }.map { ($0, $1.clamp(min: -maxValue, max: maxValue)) })
  }
}
