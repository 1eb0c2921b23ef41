import Environments

/// The drawing of an environment's states.
protocol Scene {
  /// The number of steps that are shown per second.
  static var framesPerSecond: Double { get }

  /// Draws a state.
  /// - Parameters:
  ///   - variables: the state variables, in the order of the environment's `Physics.variables`.
  ///   - action: the action that led to the state, if known.
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
