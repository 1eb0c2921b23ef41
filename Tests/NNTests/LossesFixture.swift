import Autograd
import GraphIR
import NN
import TestSupport

/// The content of `Fixtures/losses.json`, whose fields `Fixtures/make_losses.py` documents.
struct LossesFixture: Decodable {
  typealias Numbers = AgentsFixture.Numbers

  struct Loss: Decodable, Sendable, CustomStringConvertible {
    struct Options: Decodable, Sendable {
      let reduction: NN.Loss.Reduction
      let delta, labelSmoothing: Double?
      /// Whether the targets are classes.
      let classes: Bool?
    }

    let name: String
    let options: Options
    let inputs, gradients, curvature: [String: Numbers]
    let value, weights: Numbers
    var description: String { "\(name) \(options) \(inputs["predictions"]?.shape ?? [])" }

    /// The loss of the inputs, by name.
    func callAsFunction(_ inputs: [String: Tensor]) -> Tensor? {
      guard let p = inputs["predictions"], let targets = inputs["targets"] else { return nil }
      let t = options.classes == true ? targets.cast(to: .int64) : targets
      let (weights, reduction) = (inputs["weights"], options.reduction)
      return switch name {
      case "mse": NN.Loss.mse(p, t, reduction: reduction)
      case "l1": NN.Loss.l1(p, t, reduction: reduction)
      case "huber": NN.Loss.huber(p, t, delta: options.delta ?? 1, reduction: reduction)
      case "bce": NN.Loss.bce(p, t, reduction: reduction)
      case "bceWithLogits": NN.Loss.bceWithLogits(p, t, positiveWeight: weights, reduction: reduction)
      case "hinge": NN.Loss.hinge(p, t, reduction: reduction)
      case "crossEntropy":
        NN.Loss.crossEntropy(
          p, t, weights: weights, labelSmoothing: options.labelSmoothing ?? 0, reduction: reduction)
      default: nil
      }
    }
  }

  struct Optimizer: Decodable, Sendable, CustomStringConvertible {
    struct Settings: Decodable, Sendable {
      let rate: Double
      let betas: [Double]?
      let eps, weightDecay, momentum, dampening: Double?
      let nesterov: Bool?
    }

    struct Step: Decodable, Sendable { let gradients, parameters: [String: Numbers] }

    let name: String
    let settings: Settings
    let parameters: [String: Numbers]
    let steps: [Step]
    var description: String { "\(name) \(settings)" }

    /// Zoo's optimiser with these settings.
    func optimizer(rate: Double) -> any NN.Optimizer {
      let decay = settings.weightDecay
      guard name == "sgd" else {
        return AdamW(
          rate: rate, betas: settings.betas ?? AdamW().betas, eps: settings.eps ?? AdamW().eps,
          weightDecay: decay ?? AdamW().weightDecay)
      }
      return SGD(
        rate: rate, momentum: settings.momentum ?? 0, dampening: settings.dampening ?? 0, weightDecay: decay ?? 0,
        nesterov: settings.nesterov ?? false)
    }
  }

  struct Clipping: Decodable, Sendable {
    let maxValue: Double
    let gradients, clipped: [String: Numbers]
  }

  struct Schedule: Decodable, Sendable {
    let name: String
    let rates: [Double]
  }

  let losses: [Loss]
  let optimizers: [Optimizer]
  let clippings: [Clipping]
  let schedules: [Schedule]

  /// The fixture; empty if it can't be read.
  static let all =
    (try? Fixtures.load("losses.json", as: LossesFixture.self))
    ?? LossesFixture(losses: [], optimizers: [], clippings: [], schedules: [])
}
