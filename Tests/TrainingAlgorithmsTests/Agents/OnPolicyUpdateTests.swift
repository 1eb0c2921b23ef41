import Environments
import GraphIR
import NN
import TestSupport
import Testing

@testable import TrainingAlgorithms

@Suite("Updates of on-policy algorithms against Stable-Baselines3")
struct OnPolicyUpdateTests {
  private static let names = [
    "a2c-adam", "a2c-binary", "a2c-choices", "a2c-several", "a2c-state-dependent", "ppo-binary", "ppo-choices",
    "ppo-several", "ppo-state-dependent", "ppo-vectors",
  ]

  @Test func enumeratesTheFixture() throws {
    #expect(try OnPolicyFixture.load().cases.keys.sorted() == Self.names)
  }

  /// The networks of a case. Those of several actions at once need no environment.
  private func policy(
    _ name: String, _ environment: EnvironmentSettings, rollout: RolloutSettings
  ) throws -> ActorCriticPolicy {
    let observation = Box(low: [-1, -1, -1], high: [1, 1, 1])
    let action: ActionSpace
    switch name.split(separator: "-").last {
    case "several": action = .multiDiscrete(counts: [3, 2, 2], starts: [0, 0, 0])
    case "binary": action = .multiBinary(count: 4)
    default: return try SmallAgent.policy(environment, rollout: rollout).policy
    }
    return try SmallAgent.policy(EnvironmentSpaces(observation: observation, action: action), rollout: rollout).policy
  }

  /// The settings of a case for rollouts of the fixture's size.
  private func algorithm(_ name: String, _ fixture: OnPolicyFixture) throws -> any OnPolicyAlgorithm {
    let theirs = try #require(fixture.cases[name]).settings
    var environment = EnvironmentSettings(id: name.hasSuffix("choices") ? "CartPole-v1" : "Pendulum-v1")
    environment.copies = fixture.copies
    func rollout(_ standard: RolloutSettings) -> RolloutSettings {
      var rollout = RolloutSettings(steps: fixture.steps, gaeLambda: theirs.gaeLambda ?? standard.gaeLambda)
      rollout.discount = theirs.gamma ?? standard.discount
      rollout.stateDependentExploration = theirs.useSde ?? false
      return rollout
    }
    if name.hasPrefix("ppo") {
      var ours = PPOSettings()
      ours.environment = environment
      ours.rollout = rollout(ours.rollout)
      ours.rate = .constant(theirs.learningRate)
      if let range = theirs.clipRange { ours.clipRange = .constant(range) }
      ours.valueClipRange = theirs.clipRangeVf.map { .constant($0) }
      ours.entropyCoefficient = theirs.entCoef ?? ours.entropyCoefficient
      ours.valueCoefficient = theirs.vfCoef ?? ours.valueCoefficient
      ours.maxGradientNorm = theirs.maxGradNorm ?? ours.maxGradientNorm
      ours.normalizeAdvantage = theirs.normalizeAdvantage ?? ours.normalizeAdvantage
      ours.batch = fixture.steps * fixture.copies
      return try PPO(policy(name, environment, rollout: ours.rollout), settings: ours)
    }
    var ours = A2CSettings()
    ours.environment = environment
    ours.rollout = rollout(ours.rollout)
    ours.rate = .constant(theirs.learningRate)
    ours.entropyCoefficient = theirs.entCoef ?? ours.entropyCoefficient
    ours.valueCoefficient = theirs.vfCoef ?? ours.valueCoefficient
    ours.maxGradientNorm = theirs.maxGradNorm ?? ours.maxGradientNorm
    ours.normalizeAdvantage = theirs.normalizeAdvantage ?? ours.normalizeAdvantage
    if theirs.useRmsProp == false { ours.optimizer = AnyOptimizer(Adam(eps: 1e-5)) }
    return try A2C(policy(name, environment, rollout: ours.rollout), settings: ours)
  }

  /// A rollout with the fixture's values, before its advantages are computed.
  private func rollout(_ expected: OnPolicyFixture.Case, _ fixture: OnPolicyFixture) -> RolloutBuffer {
    let copies = fixture.copies
    let (observationWidth, actionWidth) = (
      expected.observations.count / expected.values.count, expected.actions.count / expected.values.count
    )
    var rollout = RolloutBuffer(
      steps: fixture.steps, copies: copies, observationWidth: observationWidth, actionWidth: actionWidth)
    for step in 0..<fixture.steps {
      func rows(_ numbers: [Float], _ width: Int = 1) -> [Float] {
        Array(numbers[step * copies * width..<(step + 1) * copies * width])
      }
      rollout.append(
        observations: rows(expected.observations, observationWidth),
        actions: TensorValue(rows(expected.actions, actionWidth)),
        logProbabilities: TensorValue(rows(expected.logProbabilities)), values: TensorValue(rows(expected.values)))
      rollout.append(rewards: rows(expected.rewards), ends: rows(expected.ends))
    }
    return rollout
  }

  @Test(arguments: names) func estimatesAdvantages(_ name: String) throws {
    let fixture = try OnPolicyFixture.load()
    let expected = try #require(fixture.cases[name])
    let settings = try algorithm(name, fixture).rollout
    var rollout = rollout(expected, fixture)
    #expect(rollout.isFull)
    rollout.estimateAdvantages(
      lastValues: TensorValue(expected.lastValues), discount: Float(settings.discount),
      lambda: Float(settings.gaeLambda))
    for (found, numbers) in [(rollout.advantages, expected.advantages), (rollout.returns, expected.returns)] {
      #expect(mismatch(found.map(Double.init), numbers.map(Double.init), relative: 1e-5, absolute: 1e-6) == nil)
    }
  }

  @Test(arguments: names, Kernels.allCases) func updatesParameters(_ name: String, _ kernels: Kernels) throws {
    let fixture = try OnPolicyFixture.load()
    let expected = try #require(fixture.cases[name])
    let algorithm = try algorithm(name, fixture)
    var rollout = rollout(expected, fixture)
    rollout.estimateAdvantages(
      lastValues: TensorValue(expected.lastValues), discount: Float(algorithm.rollout.discount),
      lambda: Float(algorithm.rollout.gaeLambda))
    let zeros = algorithm.optimizerTypes.mapValues { TensorValue(repeating: 0, type: $0) }
    let before = expected.before.mapValues(\.tensor)
    #expect(before.keys.sorted() == algorithm.parameterTypes.keys.sorted())
    let runner = try kernels.makeRunner(algorithm.programs(), before.merging(zeros) { $1 })

    var mean = MetricMean()
    for _ in 0..<expected.updates {
      // The order differs from the rollout's, which must not matter.
      let rows = Array((0..<fixture.steps * fixture.copies).reversed())
      for field in RolloutBatch.Field.allCases {
        runner.fill(field.rawValue, of: "update") { rollout.fill(field, rows: rows, into: $0) }
      }
      for (name, schedule) in algorithm.schedules {
        runner.fill("schedule/\(name)", of: "update") { $0[0] = Float(schedule.first) }
      }
      mean.add(try runner.metrics(of: "update", step: 0))
      try runner.commit("update")
    }
    let after = try runner.tensors
    for (name, numbers) in expected.after {
      let found = try #require(after[name])
      #expect(mismatch(found, numbers.tensor, relative: 1e-5, absolute: 1e-5) == nil, "\(name)")
    }
    for (name, number) in expected.metrics {
      let found = try #require(mean.values[name])
      #expect(mismatch([found], [number], relative: 1e-5, absolute: 1e-6) == nil, "\(name)")
    }
  }
}
