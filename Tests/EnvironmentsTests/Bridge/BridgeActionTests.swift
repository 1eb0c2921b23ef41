import Testing

import Environments

@Suite("Actions of Gymnasium's environments", Bridge.condition)
struct BridgeActionTests {
  /// `Bounds-v0` refuses actions outside of its space: of each element type, with bounds that float32 rounds, and with
  /// huge, tiny and equal ones.
  @Test("Every action of an agent lies in the space", arguments: ["float16", "float32", "float64"], [true, false])
  func contained(_ dtype: String, _ isRescaled: Bool) throws {
    let base = try Bridge.trial(
      ["dtype": .text(dtype), "finite": .bool(isRescaled)], name: "Bounds-v0", module: "zoo_trials", trial: .none)
    guard case .box(let box) = base.actionSpace else { preconditionFailure("no box") }
    #expect(box.count > 60)
    var environment: any VectorEnvironment = try isRescaled ? ClipAction(RescaleAction(base)) : ClipAction(base)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 1, into: &step)
    var generator = PCG64(seed: 9)
    let constants: [Float] = [
      -1, 1, 0, -0.0, 0.1, 1 / 3, .leastNonzeroMagnitude, 65504, 65520, -1e30, .greatestFiniteMagnitude,
      -.greatestFiniteMagnitude,
    ]
    for number in 0..<60 {
      let actions = (0..<2 * box.count).map { _ in
        number < constants.count ? constants[number] : Float(generator.uniform(-1, 1)) * (number > 50 ? 1e6 : 1)
      }
      try environment.step(.continuous(actions), into: &step)
      // float16 has fewer values.
      guard dtype != "float16", case .continuous(let received) = environment.innermost(.continuous(actions)) else {
        continue
      }
      #expect(step.observations == received.map { min(max($0, -3e38), 3e38) })
    }
  }

  @Test("Actions without dimensions are arrays")
  func scalars() throws {
    // Its action space has the shape (), and `contains` accepts no other.
    var environment = try Bridge.trial(name: "Scalar-v0", module: "zoo_trials", trial: .none)
    var step = VectorStep(for: environment)
    try environment.reset(seed: 1, into: &step)
    try environment.step(.continuous([0.25, 0.5]), into: &step)
    #expect(step.observations == [0.25, 0.5])
  }
}
