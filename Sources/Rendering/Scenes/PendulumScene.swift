import Environments

/// A rod on an axle in the middle, and an arrow from the rod in the direction of the torque.
///
/// Measures: Gymnasium's `classic_control/pendulum.py`. The arrow is our own.
enum PendulumScene: Scene {
  static let framesPerSecond = 30.0

  private static let side = 500
  private static let scale = Double(side) / 4.4
  private static let axle = CanvasPoint(repeating: Double(side) / 2)
  private static let background = Canvas(width: side, height: side)

  static func draw(_ variables: [Double], after action: Action?) -> Canvas {
    // The angle is counterclockwise from the upright position.
    let direction = Double.pi / 2 + variables[0]
    var canvas = background
    canvas.stroke([axle, axle.moved(by: scale, toward: direction)], width: 0.2 * scale, Color(204, 77, 77))
    canvas.fillCircle(axle, radius: 0.05 * scale, .black)
    if case .continuous(let torque) = action, let torque = torque.first {
      drawArrow(for: Double(torque), from: direction, on: &canvas)
    }
    return canvas
  }

  /// Draws an arc with an arrowhead at its end. Its angle is proportional to the torque, 120° for the greatest.
  private static func drawArrow(for torque: Double, from direction: Double, on canvas: inout Canvas) {
    let strength = min(max(torque, -2), 2) / 2
    guard abs(strength) > 0.02 else { return }
    let (radius, head) = (0.45 * scale, 12.0)
    let sweep = strength * 2 * .pi / 3
    let arc = (0...32).map { axle.moved(by: radius, toward: direction + sweep * Double($0) / 32) }
    canvas.stroke(arc, width: 4, .black)

    let end = direction + sweep
    let tip = axle.moved(by: radius, toward: end).moved(by: 1.5 * head, toward: end + (sweep < 0 ? -.pi / 2 : .pi / 2))
    canvas.fillPolygon(
      [tip, axle.moved(by: radius - head / 1.5, toward: end), axle.moved(by: radius + head / 1.5, toward: end)], .black)
  }
}
