import Foundation

/// `Pendulum-v1`: swing a pendulum up with a weak motor and hold it there, at a cost for angle, speed and torque.
///
/// Observation: cosine and sine of the angle from the upright position, angular velocity (±8). Action: a torque,
/// clipped to ±2. The episode never terminates and is truncated after 200 steps.
public typealias Pendulum = Simulation<PendulumPhysics>

/// The physics of `Pendulum`.
///
/// Source: Gymnasium's `classic_control/pendulum.py`, with its order of operations and its mixture of float32 (values
/// computed from the torque alone, NumPy's NEP 50) and float64.
public struct PendulumPhysics: Physics {
  /// `Pendulum-v1`.
  public static let id = EnvironmentID.pendulum.rawValue
  /// The number of steps after which an episode is truncated.
  public static let timeLimit = 200
  /// Angle and angular velocity.
  public static let variableCount = 2
  /// A torque within ±2.
  public static let actionSpace = ActionSpace.box(Box(low: [-greatestTorque], high: [greatestTorque]))
  /// The unit circle, and speeds within ±8.
  public static let observationSpace = Box(low: [-1, -1, -Float(greatestSpeed)], high: [1, 1, Float(greatestSpeed)])

  private static let gravity = 10.0
  private static let timeStep = 0.05
  private static let greatestSpeed = 8.0
  private static let greatestTorque: Float = 2

  private var angle: Double
  private var angularVelocity: Double

  /// The angle uniform in [-π, π), the angular velocity in [-1, 1).
  public init(drawing generator: inout PCG64) {
    angle = generator.uniform(-.pi, .pi)
    angularVelocity = generator.uniform(-1, 1)
  }

  /// The state with these variables.
  public init(variables: [Double], elapsedSteps: Int) {
    (angle, angularVelocity) = (variables[0], variables[1])
  }

  /// Angle and angular velocity.
  public var variables: [Double] { [angle, angularVelocity] }

  /// Semi-implicit Euler over 0.05 s; the reward is -(angle² + 0.1 angular velocity² + 0.001 torque²).
  public mutating func advance(_ action: Float) -> (reward: Double, terminated: Bool) {
    let torque = min(max(action, -Self.greatestTorque), Self.greatestTorque)
    let cost =
      LibM.square(Self.normalized(angle)) + 0.1 * LibM.square(angularVelocity) + Double(0.001 * LibM.square(torque))
    let acceleration = 3 * Self.gravity / 2 * sin(angle) + Double(3 * torque)
    angularVelocity = min(max(angularVelocity + acceleration * Self.timeStep, -Self.greatestSpeed), Self.greatestSpeed)
    angle += angularVelocity * Self.timeStep
    return (reward: -cost, terminated: false)
  }

  /// Cosine and sine of the angle, and the angular velocity, in float32.
  public func observe(into buffer: UnsafeMutableBufferPointer<Float>) {
    buffer[0] = Float(cos(angle))
    buffer[1] = Float(sin(angle))
    buffer[2] = Float(angularVelocity)
  }

  /// The angle in [-π, π), by a remainder with the sign of the divisor, as Python's `%`.
  private static func normalized(_ angle: Double) -> Double {
    let turn = 2 * Double.pi
    let remainder = fmod(angle + .pi, turn)
    return (remainder < 0 ? remainder + turn : remainder) - .pi
  }
}
