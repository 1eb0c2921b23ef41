import Environments

/// How the states of an environment look.
protocol Scene {
  /// The number of steps that are shown in a second.
  static var framesPerSecond: Double { get }

  /// Draws a state.
  /// - Parameters:
  ///   - variables: the state variables, in the order of the environment's `Physics.variables`.
  ///   - action: what led to the state, if that is known.
  static func draw(_ variables: [Double], after action: Action?) -> Canvas
}

extension EnvironmentID {
  /// The environment's scene.
  var scene: any Scene.Type {
    switch self {
    case .cartPole: CartPoleScene.self
    case .acrobot: AcrobotScene.self
    case .pendulum: PendulumScene.self
    case .mountainCarContinuous: MountainCarScene.self
    }
  }
}
