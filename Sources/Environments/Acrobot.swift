import Foundation

/// `Acrobot-v1`: swing the free end of two hanging links above a line with a motor in the joint between them. The
/// reward is -1 for each step until the end is above the line.
///
/// Observation: cosine and sine of the first link's angle from hanging down, cosine and sine of the second link's angle
/// to the first, the angular velocities of both (±4π, ±9π). Action: 0, 1, 2 for a torque of -1, 0, 1. The episode
/// terminates when the end is one link's length above the fixed joint. It is truncated after 500 steps.
public typealias Acrobot = Simulation<AcrobotPhysics>

/// The physics of `Acrobot`.
///
/// Source: Sutton, "Generalization in Reinforcement Learning: Successful Examples Using Sparse Coarse Coding", 1995,
/// with the equations of Sutton and Barto's book. The order of operations is that of Gymnasium's
/// `classic_control/acrobot.py`.
public struct AcrobotPhysics: Physics {
  /// `Acrobot-v1`.
  public static let id = EnvironmentID.acrobot.rawValue
  /// The number of steps after which an episode is truncated.
  public static let timeLimit = 500
  /// Both angles, both angular velocities.
  public static let variableCount = 4
  /// A torque of -1, 0 or 1.
  public static let actionSpace = ActionSpace.discrete(count: 3)
  /// Two unit circles, and speeds within ±4π and ±9π.
  public static let observationSpace: Box = {
    let high: [Float] = [1, 1, 1, 1, Float(greatestSpeeds.0), Float(greatestSpeeds.1)]
    return Box(low: high.map(-), high: high)
  }()

  private static let gravity = 9.8
  private static let timeStep = 0.2
  private static let greatestSpeeds = (4 * Double.pi, 9 * Double.pi)

  /// Both angles, then both angular velocities.
  private var coordinates: SIMD4<Double>
  /// Whether the episode has just started. Gymnasium then holds the state, and computes the observation, in float32.
  private var isFirst: Bool

  /// All four variables uniform in [-0.1, 0.1), rounded to float32.
  public init(drawing generator: inout PCG64) {
    coordinates = .zero
    for index in coordinates.indices {
      coordinates[index] = Double(Float(generator.uniform(-0.1, 0.1)))
    }
    isFirst = true
  }

  /// The state with these variables.
  public init(variables: [Double], elapsedSteps: Int) {
    coordinates = SIMD4(variables)
    isFirst = elapsedSteps == 0
  }

  /// Both angles, both angular velocities.
  public var variables: [Double] { coordinates.indices.map { coordinates[$0] } }

  /// Runge and Kutta's fourth-order method over 0.2 s; the reward is -1, or 0 for the step that ends the episode.
  public mutating func advance(_ choice: Int) -> (reward: Double, terminated: Bool) {
    let torque = Double(choice - 1)
    let half = Self.timeStep / 2
    let k1 = Self.derivative(of: coordinates, torque: torque)
    let k2 = Self.derivative(of: coordinates + half * k1, torque: torque)
    let k3 = Self.derivative(of: coordinates + half * k2, torque: torque)
    let k4 = Self.derivative(of: coordinates + Self.timeStep * k3, torque: torque)
    let next = coordinates + Self.timeStep / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    coordinates = [
      Self.wrapped(next[0]), Self.wrapped(next[1]), Self.limited(next[2], Self.greatestSpeeds.0),
      Self.limited(next[3], Self.greatestSpeeds.1),
    ]
    isFirst = false
    let height = -cos(coordinates[0]) - cos(coordinates[1] + coordinates[0])
    return (reward: height > 1 ? 0 : -1, terminated: height > 1)
  }

  /// Cosine and sine of both angles, and both angular velocities, in float32.
  public func observe(into buffer: UnsafeMutableBufferPointer<Float>) {
    for link in 0..<2 {
      let angle = coordinates[link]
      buffer[2 * link] = isFirst ? NumPy.cos(Float(angle)) : Float(cos(angle))
      buffer[2 * link + 1] = isFirst ? NumPy.sin(Float(angle)) : Float(sin(angle))
      buffer[4 + link] = Float(coordinates[2 + link])
    }
  }

  /// The angular velocities and accelerations, for links of length 1, mass 1 and moment of inertia 1 with their centres
  /// of mass in the middle.
  private static func derivative(of state: SIMD4<Double>, torque: Double) -> SIMD4<Double> {
    let (angle1, angle2, velocity1, velocity2) = (state[0], state[1], state[2], state[3])
    let (cosine2, sine2) = (cos(angle2), sin(angle2))
    let d1 = 0.25 + (1.25 + cosine2) + 1 + 1
    let d2 = 0.25 + 0.5 * cosine2 + 1
    let phi2 = 0.5 * gravity * cos(angle1 + angle2 - .pi / 2)
    let phi1 =
      -0.5 * LibM.square(velocity2) * sine2 - velocity2 * velocity1 * sine2 + 1.5 * gravity * cos(angle1 - .pi / 2)
      + phi2
    let acceleration2 =
      (torque + d2 / d1 * phi1 - 0.5 * LibM.square(velocity1) * sine2 - phi2) / (1.25 - LibM.square(d2) / d1)
    let acceleration1 = -(d2 * acceleration2 + phi1) / d1
    return [velocity1, velocity2, acceleration1, acceleration2]
  }

  /// The angle in [-π, π].
  private static func wrapped(_ angle: Double) -> Double {
    var angle = angle
    while angle > .pi {
      angle -= 2 * .pi
    }
    while angle < -.pi {
      angle += 2 * .pi
    }
    return angle
  }

  private static func limited(_ velocity: Double, _ greatest: Double) -> Double {
    min(max(velocity, -greatest), greatest)
  }
}
