import Autograd
import GraphIR

/// Stochastic gradient descent with momentum, Nesterov momentum, dampening and weight decay, as PyTorch computes it.
///
/// With g = gradient + `weightDecay` · parameter, the momentum is m ← `momentum` · m + (1 − `dampening`) · g. In the
/// first step it is m ← g. The parameter changes by −`rate` · m, or with `nesterov` by −`rate` · (g + `momentum` · m).
///
/// Source: Sutskever et al., "On the importance of initialization and momentum in deep learning", 2013;
/// `torch.optim.SGD`.
public struct SGD: Optimizer {
  /// `sgd`.
  public static let name = "sgd"
  /// The learning rate.
  public var rate: Double
  /// The decay rate of the momentum; 0 for none.
  public var momentum: Double
  /// The part of a gradient that does not enter the momentum.
  public var dampening: Double
  /// The factor of the parameter that is added to its gradient.
  public var weightDecay: Double
  /// Whether the momentum is Nesterov's.
  public var nesterov: Bool

  /// PyTorch's defaults.
  public init() { self.init(rate: 1e-3) }

  /// Creates an optimiser with PyTorch's defaults.
  public init(
    rate: Double = 1e-3, momentum: Double = 0, dampening: Double = 0, weightDecay: Double = 0, nesterov: Bool = false
  ) {
    self.rate = rate
    self.momentum = momentum
    self.dampening = dampening
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  /// - Throws: ``NNError`` with all hyperparameters if one is out of range.
  public func validate() throws {
    guard rate > 0, rate.isFinite, (0..<1).contains(momentum), (0...1).contains(dampening), weightDecay >= 0,
      weightDecay.isFinite
    else {
      throw NNError(
        .setting,
        """
        sgd: rate \(rate), momentum \(momentum), dampening \(dampening), weightDecay \(weightDecay); \
        expected rate > 0, momentum in 0..<1, dampening in 0...1 and weightDecay ≥ 0
        """)
    }
    guard !nesterov || momentum > 0 && dampening == 0 else {
      throw NNError(
        .setting,
        "sgd: nesterov with momentum \(momentum) and dampening \(dampening); expected momentum > 0 and dampening 0")
    }
  }

  /// The types of the state: `momentum/NAME` for each parameter if momentum > 0, and then `step` if dampening > 0.
  public func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] {
    guard momentum > 0 else { return [:] }
    let types = Dictionary(uniqueKeysWithValues: parameters.map { ("momentum/\($0)", $1) })
    return dampening == 0 ? types : types.merging(["step": TensorType(.int64, [])]) { first, _ in first }
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
      let isFirst = state["step"].map { $0 .== Tensor(TensorValue(scalar: Int64(0))) }
      if let step = state["step"] { newState["step"] = step + Tensor(TensorValue(scalar: Int64(1))) }
      forEach(gradients, of: parameters, rate: rate) { name, parameter, gradient, rate in
        var direction = weightDecay == 0 ? gradient : gradient + weightDecay * parameter
        if momentum > 0 {
          guard let last = state["momentum/\(name)"] else {
            preconditionFailure("the state of SGD has no 'momentum/\(name)'")
          }
          // The momentum starts at zero. Without dampening, the first step is thus no special case.
          let damped = dampening == 0 ? direction : (1 - dampening) * direction
          let moved = momentum * last + (isFirst.map { $0.select(direction, damped) } ?? damped)
          newState["momentum/\(name)"] = moved
          direction = nesterov ? direction + momentum * moved : moved
        }
        newParameters[name] = parameter - rate * direction
      }
      return (newParameters, newState)
    }
  }
}
