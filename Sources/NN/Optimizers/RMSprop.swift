import Autograd
import GraphIR

/// RMSprop without momentum, as PyTorch computes it: gradients divided by the root of a running mean of their squares.
///
/// Source: Tieleman and Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012.
public struct RMSprop: Optimizer {
  /// `rmsprop`.
  public static let name = "rmsprop"
  /// The learning rate.
  public var rate: Double
  /// The decay rate of the mean square.
  public var alpha: Double
  /// The number added to the root of the mean square.
  public var eps: Double

  /// PyTorch's defaults.
  public init() { self.init(rate: 1e-2) }

  /// Creates an optimiser with PyTorch's defaults.
  public init(rate: Double = 1e-2, alpha: Double = 0.99, eps: Double = 1e-8) {
    self.rate = rate
    self.alpha = alpha
    self.eps = eps
  }

  /// - Throws: ``NNError`` with all hyperparameters if one is out of range.
  public func validate() throws {
    guard rate > 0, rate.isFinite, eps > 0, (0..<1).contains(alpha) else {
      throw NNError(
        .setting, "rmsprop: rate \(rate), alpha \(alpha), eps \(eps); expected rate > 0, alpha in 0..<1 and eps > 0")
    }
  }

  /// The types of the state: `v/NAME` for each parameter. All are zero before the first step.
  public func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] {
    Dictionary(uniqueKeysWithValues: parameters.map { ("v/\($0)", $1) })
  }

  /// Computes one step: the parameters and the optimiser state after it.
  ///
  /// - Parameters:
  ///   - parameters: the parameters, by name.
  ///   - gradients: the gradients of the parameters that change.
  ///   - state: zeros of ``stateTypes(for:)``, or the state after the previous step.
  ///   - rate: a scalar in place of ``rate``.
  /// - Throws: the backend's errors.
  public func step(
    _ parameters: [String: Tensor], _ gradients: [String: Tensor], _ state: [String: Tensor], rate: Tensor? = nil
  ) throws -> (parameters: [String: Tensor], state: [String: Tensor]) {
    noGrad {
      var (newParameters, newState) = (parameters, [String: Tensor]())
      forEach(gradients, of: parameters, rate: rate) { name, parameter, gradient, rate in
        guard let last = state["v/\(name)"] else {
          preconditionFailure("the state of RMSprop has no 'v/\(name)'")
        }
        let v = alpha * last + (1 - alpha) * gradient.squared()
        newState["v/\(name)"] = v
        newParameters[name] = parameter - rate * gradient / (v.sqrt() + eps)
      }
      return (newParameters, newState)
    }
  }
}
