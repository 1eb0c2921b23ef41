import Checkpointing
import GraphIR
import TestSupport
import Testing

@testable import TrainingAlgorithms

@Suite("Noise on actions")
struct NoiseProcessTests {
  /// The process of Stable-Baselines3, with its normal draws, in the second of two environments.
  @Test func ornsteinUhlenbeckIsTheirs() throws {
    let fixture = try OffPolicyFixture.load().ornsteinUhlenbeck
    let normal: [Float] = try #require(fixture.inputs["normal"]).value(.float32).elements()
    var process = NoiseProcess(.ornsteinUhlenbeck(sigma: fixture.sigma), copies: 2, width: 2)
    var found: [Double] = []
    for step in 0..<normal.count / 2 {
      if step == fixture.resetBefore { process.reset(1) }
      var actions = [Float](repeating: 0, count: 4)
      process.add(to: &actions, normal: [1, 1] + normal[2 * step..<2 * step + 2])
      found += actions[2...].map(Double.init)
    }
    #expect(mismatch(found, fixture.noise, relative: 1e-6, absolute: 1e-7) == nil)
    // The process of the other environment was not reset: x ← 0.9985 x + 0.05.
    var state = TrainingState(step: 0)
    process.save(to: &state, as: "noise")
    let other: [Double] = try #require(state.tensors["noise/previous"]).elements()
    let expected = (0..<8).reduce(0.0) { x, _ in x - 0.15 * x * 0.01 + 0.5 * 0.1 }
    #expect(mismatch(Array(other[..<2]), [expected, expected], relative: 1e-12) == nil)
  }

  @Test func normalNoiseHasItsDeviation() {
    var stream = RandomStream(seed: 4, name: "exploration")
    var process = NoiseProcess(.normal(sigma: 0.1), copies: 1, width: 50_000)
    var actions = [Float](repeating: 0.25, count: 50_000)
    process.add(to: &actions, normal: stream.normal(50_000))
    let noise = actions.map { Double($0) - 0.25 }
    let mean = noise.reduce(0, +) / 50_000
    let deviation = (noise.reduce(0) { $0 + $1 * $1 } / 50_000).squareRoot()
    // Four standard errors.
    #expect(abs(mean) < 4 * 0.1 / 50_000.0.squareRoot())
    #expect(abs(deviation - 0.1) < 4 * 0.1 / 100_000.0.squareRoot())
    // Each value is drawn independently of earlier ones.
    var again = [Float](repeating: 0.25, count: 50_000)
    process.add(to: &again, normal: [Float](repeating: 0, count: 50_000))
    #expect(again.allSatisfy { $0 == 0.25 })
  }

  @Test(arguments: [ActionNoise.normal(sigma: 3), .ornsteinUhlenbeck(sigma: 30)])
  func actionsStayWithinBounds(noise: ActionNoise) {
    var process = NoiseProcess(noise, copies: 1, width: 3)
    var actions: [Float] = [0.5, 0.5, 0.5]
    process.add(to: &actions, normal: [1, -1, 0])
    #expect(actions == [1, -1, 0.5])
  }

  /// Far from its start the process has the standard deviation σ√dt / √(1 − (1 − θ·dt)²).
  @Test func ornsteinUhlenbeckReachesItsDeviation() {
    var stream = RandomStream(seed: 6, name: "exploration")
    let (count, decay) = (20_000, 1 - 0.15 * 0.1)
    var process = NoiseProcess(.ornsteinUhlenbeck(sigma: 0.05, dt: 0.1), copies: 1, width: count)
    var actions: [Float] = []
    for _ in 0..<400 {
      actions = [Float](repeating: 0, count: count)
      process.add(to: &actions, normal: stream.normal(count))
    }
    let deviation = (actions.reduce(0.0) { $0 + Double($1 * $1) } / Double(count)).squareRoot()
    let expected = 0.05 * 0.1.squareRoot() / (1 - decay * decay).squareRoot()
    #expect(abs(deviation / expected - 1) < 4 / (2 * Double(count)).squareRoot())
  }

  @Test func aSavedProcessGoesOn() throws {
    var process = NoiseProcess(.ornsteinUhlenbeck(sigma: 0.5), copies: 2, width: 1)
    var actions: [Float] = [0, 0]
    process.add(to: &actions, normal: [1, -2])
    var state = TrainingState(step: 0)
    process.save(to: &state, as: "noise")
    var restored = NoiseProcess(.ornsteinUhlenbeck(sigma: 0.5), copies: 2, width: 1)
    try restored.restore(from: state, as: "noise")
    var (first, second): ([Float], [Float]) = ([0, 0], [0, 0])
    process.add(to: &first, normal: [0.5, 1])
    restored.add(to: &second, normal: [0.5, 1])
    #expect(first == second && first != actions)
    var wider = NoiseProcess(.ornsteinUhlenbeck(sigma: 0.5), copies: 2, width: 2)
    #expect(throws: CheckpointError.self) { try wider.restore(from: state, as: "noise") }
  }
}
