import Foundation
import GraphIR
import TestSupport

/// `wgangp.json`: steps of WGAN-GP computed by PyTorch, written by `make_wgangp.py`.
struct WGANGPFixture: Decodable {
  let criticSmall: [String: CriticCase<WholeTensor>]
  let criticFull: [String: CriticCase<SampledTensor>]
  let criticConv: [String: CriticCase<WholeTensor>]
  let generator: [String: GeneratorCase]
  let generatorConv: [String: ConvGeneratorCase]
  let penaltyWeight: Double
  let leakyReluAlpha: Float
  let adam: AdamNumbers

  private enum CodingKeys: String, CodingKey {
    case criticSmall = "critic_small"
    case criticFull = "critic_full"
    case criticConv = "critic_conv"
    case generatorConv = "generator_conv"
    case penaltyWeight = "penalty_weight"
    case leakyReluAlpha = "leaky_relu_alpha"
    case generator, adam
  }

  static func load() throws -> WGANGPFixture { try Fixtures.load("wgangp.json") }

  struct AdamNumbers: Decodable {
    let rate: Double
    let betas: [Double]
    let epsilon: Double
  }

  /// Steps of the critic alone, for given real and generated samples.
  struct CriticCase<Expected: ExpectedTensor>: Decodable {
    struct Step: Decodable {
      let loss, wasserstein, penalty, elementwisePenalty: Double
      let gradients, updated: [String: Expected]
      /// Elements whose gradient is zero except for rounding. Their step of Adam is any value within the learning rate.
      let illConditioned: [String: [Int]]

      private enum CodingKeys: String, CodingKey {
        case elementwisePenalty = "elementwise_penalty"
        case illConditioned = "ill_conditioned"
        case loss, wasserstein, penalty, gradients, updated
      }
    }

    let sizes: [Int]
    let inputs: [String: FormulaTensor]
    let steps: [Step]
  }

  /// One step of the generator against a fixed critic.
  struct GeneratorCase: Decodable {
    struct Statistics: Decodable {
      let mean, variance: WholeTensor
      private enum CodingKeys: String, CodingKey {
        case mean = "running_mean"
        case variance = "running_var_biased"
      }
    }

    struct Inference: Decodable {
      let output: WholeTensor
      private enum CodingKeys: String, CodingKey { case output = "running_var_biased" }
    }

    let sizes: [Int]
    let epsilon: Float
    let onnxMomentum: Float
    let inputs: [String: FormulaTensor]
    let output: WholeTensor
    let loss: Double
    let gradients, updated: [String: WholeTensor]
    let illConditioned: [String: [Int]]
    let batchnorm1: Statistics
    let inferenceAfterUpdate: Inference

    private enum CodingKeys: String, CodingKey {
      case epsilon = "batchnorm_epsilon"
      case onnxMomentum = "onnx_momentum"
      case illConditioned = "ill_conditioned"
      case inferenceAfterUpdate = "inference_after_update"
      case sizes, inputs, output, loss, gradients, updated, batchnorm1
    }
  }
}

extension WGANGPFixture {
  /// One step of a convolutional generator against a fixed critic.
  struct ConvGeneratorCase: Decodable {
    let inputs: [String: FormulaTensor]
    let output: WholeTensor
    let loss: Double
    let gradients, updated: [String: WholeTensor]
    let illConditioned: [String: [Int]]

    private enum CodingKeys: String, CodingKey {
      case illConditioned = "ill_conditioned"
      case inputs, output, loss, gradients, updated
    }
  }
}

/// A tensor with elements of a closed formula; `fixture_format.py` has it in Python.
struct FormulaTensor: Decodable {
  let shape: [Int]
  let offset: UInt64
  let low, high: Double

  func value(_ dtype: DataType) -> TensorValue {
    let count = shape.reduce(1, *)
    let numbers = (0..<UInt64(count)).map { index -> Double in
      var hash = (index &* 2_654_435_761 &+ offset) & 0xFFFF_FFFF
      for (shift, factor) in [(16, 0x85EB_CA6B), (13, 0xC2B2_AE35), (16, 1)] as [(UInt64, UInt64)] {
        hash = ((hash ^ (hash >> shift)) &* factor) & 0xFFFF_FFFF
      }
      return low + (high - low) * (Double(hash) / 0x1p32)
    }
    return dtype == .float32
      ? TensorValue(numbers.map(Float.init), shape: Shape(shape)) : TensorValue(numbers, shape: Shape(shape))
  }
}

/// PyTorch's values of a tensor, and the tolerances for the comparison.
protocol ExpectedTensor: Decodable {
  /// The elements that are stored.
  var numbers: [Double] { get }

  /// The stored elements of a whole tensor.
  func kept(of elements: [Double]) -> [Double]

  /// The difference, or nil.
  func mismatch(_ found: [Double], _ tolerance: Tolerance, leavingOut excluded: [Int]) -> String?
}

/// The tolerance for differences to PyTorch.
///
/// In float64 each value may differ by 10⁻⁵ of itself and by 10⁻⁸ of its tensor's largest: attributes are float32 as in
/// ONNX, where the slope 0.2 is rounded by 10⁻⁸. In float32 it may differ by 10⁻⁵ of its tensor's largest: it is a sum
/// of terms of that size, each rounded to 6·10⁻⁸ of itself.
struct Tolerance {
  let relative, ofLargest: Double
  /// The rounding error of a value that would be zero.
  var floor = 0.0

  static func of(_ dtype: DataType) -> Tolerance {
    dtype == .float32 ? Tolerance(relative: 0, ofLargest: 1e-5) : Tolerance(relative: 1e-5, ofLargest: 1e-8)
  }

  /// The tolerances of tensors that were computed from values as large as `number`: some gradients are zero except for
  /// rounding.
  func amongNumbersOf(_ number: Double) -> Tolerance {
    Tolerance(relative: relative, ofLargest: ofLargest, floor: (relative > 0 ? 1e-15 : 1e-7) * number)
  }

  func mismatch(_ found: [Double], _ expected: [Double]) -> String? {
    let absolute = max(ofLargest * (expected.map(abs).max() ?? 0), floor)
    return TestSupport.mismatch(found, expected, relative: relative, absolute: absolute)
  }
}

/// Every element.
struct WholeTensor: ExpectedTensor {
  let numbers: [Double]

  init(from decoder: any Decoder) throws { numbers = try decoder.singleValueContainer().decode([Double].self) }

  func kept(of elements: [Double]) -> [Double] { elements }

  func mismatch(_ found: [Double], _ tolerance: Tolerance, leavingOut excluded: [Int]) -> String? {
    var found = found
    for index in excluded { found[index] = numbers[index] }
    return tolerance.mismatch(found, numbers)
  }
}

/// Every 997th element, and the Euclidean norm of the whole tensor. Missing elements count as 0 in it.
struct SampledTensor: ExpectedTensor {
  let numbers: [Double]
  let norm: Double

  private enum CodingKeys: String, CodingKey {
    case numbers = "every_997th"
    case norm = "l2_norm"
  }

  func kept(of elements: [Double]) -> [Double] { stride(from: 0, to: elements.count, by: 997).map { elements[$0] } }

  func mismatch(_ found: [Double], _ tolerance: Tolerance, leavingOut excluded: [Int]) -> String? {
    var sample = kept(of: found)
    for index in excluded where index % 997 == 0 { sample[index / 997] = numbers[index / 997] }
    let excluded = Set(excluded)
    let length = found.indices.reduce(0) { excluded.contains($1) ? $0 : $0 + found[$1] * found[$1] }.squareRoot()
    return tolerance.mismatch(sample, numbers) ?? tolerance.mismatch([length], [norm]).map { "norm \($0)" }
  }
}
