import Autograd
import GraphIR
import TestSupport

/// The output of `Fixtures/make_agents_nn.py`, which describes the fields.
struct AgentsFixture: Decodable {
  struct Numbers: Decodable, Sendable {
    let shape: [Int]
    let values: [Double]

    func tensor(_ dtype: DataType) -> Tensor { Tensor(TensorValue(values, shape: Shape(shape))).cast(to: dtype) }
  }

  struct Distribution: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let inputs, outputs, weights, gradients, curvature: [String: Numbers]
    let dtype: DataType?
    var description: String { name }
  }

  struct Optimizer: Decodable, Sendable, CustomStringConvertible {
    struct Settings: Decodable, Sendable {
      let betas: [Double]?
      let alpha, eps: Double?
    }

    struct Step: Decodable, Sendable {
      let rate: Double
      let gradients, parameters: [String: Numbers]
    }

    let name: String
    let settings: Settings
    let parameters: [String: Numbers]
    let steps: [Step]
    var description: String { name }
  }

  struct Clipping: Decodable, Sendable, CustomStringConvertible {
    let name: String
    let maxNorm, norm: Double
    let gradients, clipped: [String: Numbers]
    var description: String { name }
  }

  let distributions: [Distribution]
  let optimizers: [Optimizer]
  let clippings: [Clipping]

  /// The fixture; empty if it can't be read.
  static let all =
    (try? Fixtures.load("agents_nn.json", as: AgentsFixture.self))
    ?? AgentsFixture(distributions: [], optimizers: [], clippings: [])

  /// The first difference to the expected values, relative to the largest expected one: a sum that cancels has the
  /// error of its terms.
  static func mismatch(_ found: [String: TensorValue], _ expected: [String: Numbers], relative: Double) -> String? {
    guard found.keys.sorted() == expected.keys.sorted() else {
      return "found \(found.keys.sorted()), expected \(expected.keys.sorted())"
    }
    for (name, numbers) in expected {
      guard let value = found[name], value.shape == Shape(numbers.shape) else {
        return "\(name): found \(found[name]?.shape ?? []), expected \(numbers.shape)"
      }
      let scale = numbers.values.reduce(0) { max($0, abs($1)) }
      if let place = TestSupport.mismatch(
        value.doubles, numbers.values, shape: value.shape, relative: relative, absolute: relative * scale)
      {
        return "\(name) \(place)"
      }
    }
    return nil
  }
}
