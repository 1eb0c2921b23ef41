import Testing

import Environments

@Suite("Actions in their space")
struct ActionSpaceTests {
  /// Pairs of bounds: with coarse float32 between them, of length 0, and of random bits.
  private static let boxes: [Box] = {
    var pairs: [(Float, Float)] = [
      (0.1, 0.3), (-0.1, 0.7), (0.1, 0.1), (0, 0), (-2, -2), (16_777_216, 16_777_218), (1e6, 1_000_000.25), (-5, 1000),
      (0, 1000 * .leastNonzeroMagnitude), (-.leastNonzeroMagnitude, .leastNonzeroMagnitude),
      (0, .leastNonzeroMagnitude), (-3e38, 3e38),
      (-.greatestFiniteMagnitude, .greatestFiniteMagnitude), (3e38, .greatestFiniteMagnitude), (-0.0, 0.0),
    ]
    var generator = PCG64(seed: 7)
    func bits() -> Float { Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())) }
    while pairs.count < 4000 {
      let (one, other) = (bits(), bits())
      // Neighbours, too.
      let near = pairs.count.isMultiple(of: 3) ? one.nextUp.nextUp : other
      if one.isFinite, near.isFinite { pairs.append((min(one, near), max(one, near))) }
    }
    return stride(from: 0, to: pairs.count - 1, by: 2).map { start in
      Box(low: pairs[start..<start + 2].map(\.0), high: pairs[start..<start + 2].map(\.1))
    }
  }()

  private static let values: [Float] = {
    var generator = PCG64(seed: 8)
    return [-1, 1, 0, -0.0, Float(-1).nextUp, Float(1).nextDown, .leastNonzeroMagnitude, 1 / 3]
      + (0..<20).map { _ in Float(generator.uniform(-1, 1)) }
  }()

  @Test("A stretched action lies between the bounds, and has Gymnasium's bits if those do")
  func stretched() {
    var kept = 0
    for box in Self.boxes {
      let scaling = ActionScaling(to: box)
      for value in Self.values {
        let action = (0..<2).map { scaling(value, at: $0) }
        #expect(box.contains(action) && action.allSatisfy(\.isFinite), "\(value) became \(action) in \(box)")
        for index in 0..<2 {
          // Gymnasium's `rescale_box`, in float32 as NumPy computes it.
          let slope = Float(2 / (Double(box.high[index]) - Double(box.low[index])))
          let free = (value - Float(Double(slope * -box.low[index]) - 1)) / slope
          guard box.low[index] <= free, free <= box.high[index] else { continue }
          kept += 1
          #expect(action[index] == free, "\(value) in \(box)")
        }
      }
    }
    #expect(kept > 80_000)
  }

  @Test("The ends of the agent's interval are those of a space of positive length")
  func ends() {
    let box = Box(low: [-2, 0, 0.1, 1e-3], high: [2, 8, 0.3, 1e3])
    let scaling = ActionScaling(to: box)
    for index in 0..<box.count {
      let tolerance = 1e-6 * (box.high[index] - box.low[index])
      #expect(abs(scaling(-1, at: index) - box.low[index]) <= tolerance)
      #expect(abs(scaling(1, at: index) - box.high[index]) <= tolerance)
    }
  }

  @Test("Wrappers report the actions that the environment gets")
  func innermost() throws {
    let environment = try ClipAction(RescaleAction(EnvironmentID.pendulum.makeVector(count: 3, seed: 0)))
    #expect(environment.innermost(.continuous([-7, 0.25, 7])) == .continuous([-2, 0.5, 2]))
    let free = try RescaleAction(EnvironmentID.pendulum.makeVector(count: 2, seed: 0))
    #expect(free.innermost(.continuous([-3, 0.5])) == .continuous([-6, 1]))
    let choices = try EnvironmentID.cartPole.makeVector(count: 2, seed: 0)
    #expect(choices.innermost(.discrete([0, 1])) == .discrete([0, 1]))
  }
}
