import Autograd
import GraphIR

/// Adam, arXiv:1412.6980, as PyTorch computes it. Betas and eps are rounded to float32, as in ONNX's attributes.
public struct Adam: Optimizer {
  /// `adam`.
  public static let name = "adam"
  /// The learning rate.
  public var rate: Double
  /// The decay rates of the first and the second moment.
  public var betas: [Double]
  /// The number added to the root of the second moment.
  public var eps: Double

  /// PyTorch's defaults.
  public init() { self.init(rate: 1e-3) }

  /// Creates an optimiser with PyTorch's defaults.
  public init(rate: Double = 1e-3, betas: [Double] = [0.9, 0.999], eps: Double = 1e-8) {
    self.rate = rate
    self.betas = betas
    self.eps = eps
  }

  /// - Throws: ``NNError`` with all hyperparameters if one is out of range.
  public func validate() throws {
    guard rate > 0, rate.isFinite, eps > 0, betas.count == 2, betas.allSatisfy({ (0..<1).contains($0) }) else {
      throw NNError(
        .setting, "adam: rate \(rate), betas \(betas), eps \(eps); expected rate > 0, two betas in 0..<1 and eps > 0")
    }
  }

  /// The types of the state: `step`, and `m/NAME` and `v/NAME` for each parameter. All are zero before the first step.
  public func stateTypes(for parameters: [String: TensorType]) -> [String: TensorType] {
    var types = ["step": TensorType(.int64, [])]
    for (name, type) in parameters {
      types["m/\(name)"] = type
      types["v/\(name)"] = type
    }
    return types
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
    try noGrad {
      func known(_ name: String) -> Tensor {
        guard let tensor = state[name] else { preconditionFailure("the state of Adam has no '\(name)'") }
        return tensor
      }
      let step = known("step") + Tensor(TensorValue(scalar: Int64(1)))
      let attributes: Attributes = [
        "alpha": .float(Float(betas[0])), "beta": .float(Float(betas[1])), "epsilon": .float(Float(eps)),
      ]
      var (newParameters, newState) = (parameters, ["step": step])
      try forEach(gradients, of: parameters, rate: rate) { name, parameter, gradient, rate in
        let results = try apply(
          .adamStep, [rate, step, parameter, gradient, known("m/\(name)"), known("v/\(name)")],
          attributes, outputCount: 3)
        newParameters[name] = results[0]
        newState["m/\(name)"] = results[1]
        newState["v/\(name)"] = results[2]
      }
      return (newParameters, newState)
    }
  }
}
