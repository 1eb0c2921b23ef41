import Environments
import Foundation

/// A car on the curve 0.45 sin 3x + 0.55, and a flag at the goal.
///
/// Measures: Gymnasium's `classic_control/continuous_mountain_car.py`. The car follows the slope as drawn, unlike
/// Gymnasium's.
enum MountainCarScene: Scene {
  static let framesPerSecond = 30.0

  private static let (width, height) = (600, 400)
  private static let (leastPosition, greatestPosition, goal) = (-1.2, 0.6, 0.45)
  private static let scale = Double(width) / (greatestPosition - leastPosition)
  private static let car = CanvasPoint(40, 20)
  private static let (wheelRadius, clearance) = (8.0, 10.0)

  private static let background = {
    var canvas = Canvas(width: width, height: height)
    canvas.fill(
      around: [.zero, CanvasPoint(Double(width), Double(height))], margin: 0, .black,
      distance: {
        // To first order, the distance from a curve is the height above it divided by the length of (1, slope).
        let position = leastPosition + $0.x / scale
        return abs($0.y - place(of: position).y) / CanvasPoint(1, slope(at: position)).length - 0.75
      })
    let foot = place(of: goal)
    let top = foot + CanvasPoint(0, 50)
    canvas.fillPolygon([top, top - CanvasPoint(0, 10), top + CanvasPoint(25, -5)], Color(204, 204, 0))
    canvas.stroke([foot, top], width: 1.5, .black)
    return canvas
  }()

  static func draw(_ variables: [Double], after action: Action?) -> Canvas {
    let ground = place(of: variables[0])
    let angle = atan(slope(at: variables[0]))
    // A point of the car, given by its distances along the ground and from it.
    func point(_ along: Double, _ above: Double) -> CanvasPoint {
      (ground + CanvasPoint(along, above)).turned(by: angle, about: ground)
    }
    let (side, bottom, top) = (car.x / 2, clearance, clearance + car.y)

    var canvas = background
    canvas.fillPolygon([point(-side, bottom), point(-side, top), point(side, top), point(side, bottom)], .black)
    for wheel in [point(-car.x / 4, clearance), point(car.x / 4, clearance)] {
      canvas.fillCircle(wheel, radius: wheelRadius, Color(128, 128, 128))
    }
    return canvas
  }

  /// The point of the curve at a position.
  private static func place(of position: Double) -> CanvasPoint {
    scale * CanvasPoint(position - leastPosition, 0.45 * sin(3 * position) + 0.55)
  }

  /// The derivative of the curve.
  private static func slope(at position: Double) -> Double { 1.35 * cos(3 * position) }
}
