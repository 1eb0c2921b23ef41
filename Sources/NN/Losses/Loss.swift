import Autograd
import GraphIR

/// Losses under PyTorch's definitions, differentiable to every order.
///
/// ```swift
/// let loss = Loss.crossEntropy(try network(images), labels)   // a scalar: the mean over the batch
/// let gradients = try network.gradients(of: loss)
/// ```
///
/// Predictions and targets have equal shapes and types unless a loss says otherwise. Arguments that do not fit are
/// programmer errors.
public enum Loss {
  /// The reduction of the losses of all elements to the result.
  public enum Reduction: String, Sendable, Codable, CaseIterable {
    /// A loss for each element.
    case none
    /// Their mean, a scalar.
    case mean
    /// Their sum, a scalar.
    case sum

    func callAsFunction(_ losses: Tensor) -> Tensor {
      switch self {
      case .none: losses
      case .mean: losses.mean()
      case .sum: losses.sum()
      }
    }
  }

  /// (p − t)². PyTorch's `mse_loss`.
  public static func mse(_ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean) -> Tensor {
    reduction((predictions - targets).squared())
  }

  /// |p − t|, with the derivative 0 at 0. PyTorch's `l1_loss`.
  public static func l1(_ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean) -> Tensor {
    reduction((predictions - targets).abs())
  }

  /// (p − t)² / 2 where |p − t| ≤ `delta`, otherwise `delta` · (|p − t| − `delta` / 2). PyTorch's `huber_loss`.
  ///
  /// Source: Huber, "Robust Estimation of a Location Parameter", 1964.
  ///
  /// - Parameters:
  ///   - predictions: p.
  ///   - targets: t.
  ///   - delta: the error above which the loss is linear, more than 0; 1 by default.
  ///   - reduction: the reduction; the mean by default.
  public static func huber(
    _ predictions: Tensor, _ targets: Tensor, delta: Double = 1, reduction: Reduction = .mean
  ) -> Tensor {
    precondition(delta > 0, "delta is \(delta), expected more than 0")
    let error = predictions - targets
    let size = error.abs()
    return reduction((size .<= delta).select(0.5 * error.squared(), delta * (size - delta / 2)))
  }

  /// −(t · log p + (1 − t) · log(1 − p)) for probabilities. PyTorch's `binary_cross_entropy`.
  ///
  /// No logarithm is less than −100, as in PyTorch; below that its derivative is 0. A network that ends in a sigmoid
  /// trains better without the sigmoid and with ``bceWithLogits(_:_:positiveWeight:reduction:)``.
  ///
  /// - Parameters:
  ///   - probabilities: from 0 to 1.
  ///   - targets: from 0 to 1.
  ///   - reduction: the reduction; the mean by default.
  public static func bce(_ probabilities: Tensor, _ targets: Tensor, reduction: Reduction = .mean) -> Tensor {
    func logarithm(_ x: Tensor) -> Tensor {
      // The logarithm never sees a zero: its derivative there is infinite, and 0 times infinity is NaN.
      let isPositive = x .> 0
      let safe = isPositive.select(x, Tensor(1, dtype: x.dtype)).log().clamp(min: -100)
      return isPositive.select(safe, Tensor(-100, dtype: x.dtype))
    }
    return reduction(-(targets * logarithm(probabilities) + (1 - targets) * logarithm(1 - probabilities)))
  }

  /// ``bce(_:_:reduction:)`` of the sigmoid of logits, exact for logits of any size. PyTorch's
  /// `binary_cross_entropy_with_logits`.
  ///
  /// - Parameters:
  ///   - logits: numbers of any size.
  ///   - targets: from 0 to 1.
  ///   - positiveWeight: a factor of the loss of positive targets, which broadcasts to the logits; 1 by default.
  ///   - reduction: the reduction; the mean by default.
  public static func bceWithLogits(
    _ logits: Tensor, _ targets: Tensor, positiveWeight: Tensor? = nil, reduction: Reduction = .mean
  ) -> Tensor {
    guard let positiveWeight else { return reduction(logits.softplus() - targets * logits) }
    let factor = 1 + (positiveWeight - 1) * targets
    return reduction((1 - targets) * logits + factor * (-logits).softplus())
  }

  /// max(0, 1 − t · p) for targets of −1 and 1: the loss of a support vector machine. PyTorch's
  /// `hinge_embedding_loss` is another one.
  ///
  /// Source: Cortes and Vapnik, "Support-Vector Networks", 1995.
  public static func hinge(_ predictions: Tensor, _ targets: Tensor, reduction: Reduction = .mean) -> Tensor {
    reduction((1 - targets * predictions).relu())
  }
}
