import Autograd
import GraphIR

/// Adam with decoupled weight decay, as PyTorch computes it: before Adam's step, a parameter is multiplied by
/// 1 − `rate` · `weightDecay`.
///
/// Source: arXiv:1711.05101; `torch.optim.AdamW`.
public struct AdamW: Optimizer {
  /// `adamw`.
  public static let name = "adamw"
  /// The learning rate.
  public var rate: Double
  /// The decay rates of the first and the second moment.
  public var betas: [Double]
  /// The number added to the root of the second moment.
  public var eps: Double
  /// The weight decay, a multiple of the learning rate.
  public var weightDecay: Double

  private var adam: Adam { Adam(rate: rate, betas: betas, eps: eps) }

  /// PyTorch's defaults.
  public init() { self.init(rate: 1e-3) }

  /// Creates an optimiser with PyTorch's defaults.
  public init(
    rate: Double = 1e-3, betas: [Double] = [0.9, 0.999], eps: Double = 1e-8, weightDecay: Double = 1e-2
  ) {
    self.rate = rate
    self.betas = betas
    self.eps = eps
    self.weightDecay = weightDecay
  }

  /// - Throws: ``NNError`` that names the hyperparameter out of range.
  public func validate() throws {
    do {
      try adam.validate()
    } catch {
      throw NNError(.setting, "adamw", cause: error)
    }
    guard weightDecay >= 0, weightDecay.isFinite else {
      throw NNError(.setting, "adamw: weightDecay is \(weightDecay), expected a number of at least 0")
    }
  }

  /// The types of the state, as for ``Adam``: `step`, and `m/NAME` and `v/NAME` for each parameter.
  public func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] {
    adam.stateTypes(for: parameters)
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
    var shrunk = parameters
    if weightDecay > 0 {
      noGrad {
        forEach(gradients, of: parameters, rate: rate) { name, parameter, _, rate in
          shrunk[name] = parameter * (1 - weightDecay * rate)
        }
      }
    }
    return try adam.step(shrunk, gradients, state, rate: rate)
  }
}
