import Environments
import Foundation
import GraphIR
import NN
import TestSupport

@testable import TrainingAlgorithms

/// `onpolicy.json`: updates of Stable-Baselines3's PPO and A2C, written by `make_onpolicy.py`.
struct OnPolicyFixture: Decodable {
  let steps, copies: Int
  let cases: [String: Case]

  static func load() throws -> OnPolicyFixture { try Fixtures.loadSnakeCase("onpolicy.json") }

  struct Numbers: Decodable {
    let shape: [Int]
    let values: [Float]
    var tensor: TensorValue { TensorValue(values, shape: Shape(shape)) }
  }

  /// The settings given to Stable-Baselines3; missing ones have their defaults.
  struct Settings: Decodable {
    let learningRate: Double
    let gamma, gaeLambda, clipRange, clipRangeVf, entCoef, vfCoef, maxGradNorm: Double?
    let normalizeAdvantage, useSde, useRmsProp: Bool?
    let nEpochs: Int?
  }

  struct Case: Decodable {
    let settings: Settings
    let observations, actions, logProbabilities, values, rewards, ends, lastValues, advantages, returns: [Float]
    let before, after: [String: Numbers]
    let updates: Int
    let metrics: [String: Double]
  }
}

extension Fixtures {
  /// Keys with underscores become names in camel case.
  static func loadSnakeCase<Content: Decodable>(_ name: String) throws -> Content {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Content.self, from: Data(contentsOf: url(name)))
  }
}
