import Foundation

/// `CartPole-v1`: push a cart left or right so that the pole on it stays upright. The reward is 1 for each step.
///
/// Observation: position, velocity, angle from the vertical in radians, angular velocity. Action: 0 pushes left, 1
/// right. The episode terminates when the cart leaves ±2.4 or the pole ±12°. It is truncated after 500 steps.
public typealias CartPole = Simulation<CartPolePhysics>

/// The physics of `CartPole`.
///
/// Source: Barto, Sutton and Anderson, "Neuronlike Adaptive Elements That Can Solve Difficult Learning Control
/// Problems", 1983. The order of operations is that of Gymnasium's `classic_control/cartpole.py`.
public struct CartPolePhysics: Physics {
  /// `CartPole-v1`.
  public static let id = EnvironmentID.cartPole.rawValue
  /// The number of steps after which an episode is truncated.
  public static let timeLimit = 500
  /// Position, velocity, angle, angular velocity.
  public static let variableCount = 4
  /// 0 pushes to the left, 1 to the right.
  public static let actionSpace = ActionSpace.discrete(count: 2)
  /// Twice the range in which the episode continues; speeds have no bounds.
  public static let observationSpace: Box = {
    let high = [Float(2 * greatestPosition), .infinity, Float(2 * greatestAngle), .infinity]
    return Box(low: high.map(-), high: high)
  }()

  private static let gravity = 9.8
  private static let poleMass = 0.1
  private static let totalMass = poleMass + 1.0
  private static let halfLength = 0.5
  private static let poleMoment = poleMass * halfLength
  private static let force = 10.0
  private static let timeStep = 0.02
  private static let greatestPosition = 2.4
  private static let greatestAngle = 12 * 2 * Double.pi / 360

  private var position: Double
  private var velocity: Double
  private var angle: Double
  private var angularVelocity: Double

  /// All four variables uniform in [-0.05, 0.05).
  public init(drawing generator: inout PCG64) {
    position = generator.uniform(-0.05, 0.05)
    velocity = generator.uniform(-0.05, 0.05)
    angle = generator.uniform(-0.05, 0.05)
    angularVelocity = generator.uniform(-0.05, 0.05)
  }

  /// The state with these variables.
  public init(variables: [Double], elapsedSteps: Int) {
    (position, velocity, angle, angularVelocity) = (variables[0], variables[1], variables[2], variables[3])
  }

  /// Position, velocity, angle, angular velocity.
  public var variables: [Double] { [position, velocity, angle, angularVelocity] }

  /// Euler's method over 0.02 s; the reward is always 1.
  public mutating func advance(_ choice: Int) -> (reward: Double, terminated: Bool) {
    let force = choice == 1 ? Self.force : -Self.force
    let cosine = cos(angle)
    let sine = sin(angle)
    let push = (force + Self.poleMoment * (angularVelocity * angularVelocity) * sine) / Self.totalMass
    let angularAcceleration =
      (Self.gravity * sine - cosine * push)
      / (Self.halfLength * (4.0 / 3.0 - Self.poleMass * (cosine * cosine) / Self.totalMass))
    let acceleration = push - Self.poleMoment * angularAcceleration * cosine / Self.totalMass

    position += Self.timeStep * velocity
    velocity += Self.timeStep * acceleration
    angle += Self.timeStep * angularVelocity
    angularVelocity += Self.timeStep * angularAcceleration
    return (reward: 1, terminated: abs(position) > Self.greatestPosition || abs(angle) > Self.greatestAngle)
  }

  /// Position, velocity, angle and angular velocity in float32.
  public func observe(into buffer: UnsafeMutableBufferPointer<Float>) {
    buffer[0] = Float(position)
    buffer[1] = Float(velocity)
    buffer[2] = Float(angle)
    buffer[3] = Float(angularVelocity)
  }
}
