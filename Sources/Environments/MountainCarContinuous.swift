import Foundation

/// `MountainCarContinuous-v0`: drive a car with a weak motor out of a valley by rocking it. The reward is 100 at the
/// flag on the hill, minus a cost for the force.
///
/// Observation: position (-1.2 to 0.6), velocity (±0.07). Action: a force, clipped to ±1. The episode terminates when
/// the car is at 0.45 or beyond and doesn't roll back. It is truncated after 999 steps.
public typealias MountainCarContinuous = Simulation<MountainCarContinuousPhysics>

/// The physics of `MountainCarContinuous`.
///
/// Source: Moore, "Efficient Memory-based Learning for Robot Control", 1990. The order of operations and the mixture of
/// float32 and float64 (NumPy's NEP 50) are those of Gymnasium's `classic_control/continuous_mountain_car.py`: the
/// first step of an episode starts from float64, the others from float32.
public struct MountainCarContinuousPhysics: Physics {
  /// `MountainCarContinuous-v0`.
  public static let id = EnvironmentID.mountainCarContinuous.rawValue
  /// The number of steps after which an episode is truncated.
  public static let timeLimit = 999
  /// Position and velocity.
  public static let variableCount = 2
  /// A force within ±1.
  public static let actionSpace = ActionSpace.box(Box(low: [-1], high: [1]))
  /// The valley, and speeds within ±0.07.
  public static let observationSpace = Box(
    low: [Float(leastPosition), -Float(greatestSpeed)], high: [Float(greatestPosition), Float(greatestSpeed)])

  private static let leastPosition = -1.2
  private static let greatestPosition = 0.6
  private static let goal = 0.45
  private static let greatestSpeed = 0.07
  private static let power = 0.0015
  private static let gravity = 0.0025

  private var position: Double
  private var velocity: Double
  /// Whether the episode has just started. The variables are then float64, later float32.
  private var isFirst: Bool

  /// At rest, the position uniform in [-0.6, -0.4).
  public init(drawing generator: inout PCG64) {
    position = generator.uniform(-0.6, -0.4)
    velocity = 0
    isFirst = true
  }

  /// The state with these variables.
  public init(variables: [Double], elapsedSteps: Int) {
    (position, velocity) = (variables[0], variables[1])
    isFirst = elapsedSteps == 0
  }

  /// Position and velocity.
  public var variables: [Double] { [position, velocity] }

  /// Semi-implicit Euler over one unit of time. The reward is -0.1 action², with the action before clipping, and 100
  /// more at the flag.
  public mutating func advance(_ action: Float) -> (reward: Double, terminated: Bool) {
    let isAtFlag =
      isFirst ? move(action, from: position, velocity) : move(action, from: Float(position), Float(velocity))
    isFirst = false
    // The square of a float32 is exact in float64, in every implementation.
    return (reward: (isAtFlag ? 100 : 0) - Double(action) * Double(action) * 0.1, terminated: isAtFlag)
  }

  /// Position and velocity in float32.
  public func observe(into buffer: UnsafeMutableBufferPointer<Float>) {
    buffer[0] = Float(position)
    buffer[1] = Float(velocity)
  }

  /// Moves in the precision of the variables; returns whether the car is at the flag.
  private mutating func move<Real: BinaryFloatingPoint>(_ action: Float, from x: Real, _ v: Real) -> Bool {
    let slope = Self.gravity * cos(Double(3 * x))
    // A clipped force is a Python number, which is float64. Values computed from the action itself are float32.
    let push =
      abs(action) > 1
      ? Real((action < 0 ? -Self.power : Self.power) - slope) : Real(action * Float(Self.power) - Float(slope))
    var v = min(max(v + push, Real(-Self.greatestSpeed)), Real(Self.greatestSpeed))
    let x = min(max(x + v, Real(Self.leastPosition)), Real(Self.greatestPosition))
    if x == Real(Self.leastPosition), v < 0 {
      v = 0
    }
    (position, velocity) = (Double(Float(x)), Double(Float(v)))
    return x >= Real(Self.goal) && v >= 0
  }
}
