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
  /// What is added to the root of the mean square.
  public var eps: Double

  /// PyTorch's defaults.
  public init() { self.init(rate: 1e-2) }

  /// An optimiser with PyTorch's defaults.
  public init(rate: Double = 1e-2, alpha: Double = 0.99, eps: Double = 1e-8) {
    self.rate = rate
    self.alpha = alpha
    self.eps = eps
  }

  /// - Throws: ``NNError`` where a number is out of range.
  public func validate() throws {
    guard rate > 0, rate.isFinite, eps > 0, (0..<1).contains(alpha) else {
      throw NNError(
        .setting, "rmsprop: rate \(rate), alpha \(alpha), eps \(eps); expected rate > 0, alpha in 0..<1 and eps > 0")
    }
  }

  /// What the state holds: `v/NAME` for each parameter. All are zero before the first step.
  public func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] {
    Dictionary(uniqueKeysWithValues: parameters.map { ("v/\($0)", $1) })
  }

  /// One step: parameters and optimiser state after it.
  ///
  /// - Parameters:
  ///   - parameters: what changes, by name.
  ///   - gradients: a gradient for each of them.
  ///   - state: zeros of ``stateTypes(for:)``, or what the step before gave.
  ///   - rate: a scalar in the place of the learning rate, for one that changes from step to step.
  /// - Throws: what the backend throws.
  public func step(
    _ parameters: [String: Tensor], _ gradients: [String: Tensor], _ state: [String: Tensor], rate: Tensor? = nil
  ) throws -> (parameters: [String: Tensor], state: [String: Tensor]) {
    noGrad {
      var (newParameters, newState) = (parameters, [String: Tensor]())
      // In a fixed order, so that a traced step is one graph whatever the order of a dictionary.
      for (name, gradient) in gradients.sorted(by: { $0.key < $1.key }) {
        guard let parameter = parameters[name], let last = state["v/\(name)"] else {
          preconditionFailure("a gradient for '\(name)', which is no parameter or has no state of RMSprop")
        }
        let rate = rate?.cast(to: parameter.dtype) ?? Tensor(self.rate, dtype: parameter.dtype)
        let v = alpha * last + (1 - alpha) * gradient.squared()
        newState["v/\(name)"] = v
        newParameters[name] = parameter - rate * gradient / (v.sqrt() + eps)
      }
      return (newParameters, newState)
    }
  }
}
