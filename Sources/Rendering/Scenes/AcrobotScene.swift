import Environments

/// Two links that hang from the middle, and the line that the free end has to reach.
///
/// Measures: Gymnasium's `classic_control/acrobot.py`.
enum AcrobotScene: Scene {
  static let framesPerSecond = 15.0

  private static let side = 500
  /// The length of a link in pixels. The margin around the reachable area is a tenth of both links' length.
  private static let scale = Double(side) / 4.4
  private static let axle = CanvasPoint(repeating: Double(side) / 2)

  private static let background = {
    var canvas = Canvas(width: side, height: side)
    // A line on the centres of its pixels is sharp.
    let height = (axle.y + scale).rounded(.down) + 0.5
    canvas.stroke([CanvasPoint(0, height), CanvasPoint(Double(side), height)], width: 1, .black)
    return canvas
  }()

  static func draw(_ variables: [Double], after action: Action?) -> Canvas {
    // The first angle is counterclockwise from hanging down, the second counterclockwise from the first link.
    let first = -Double.pi / 2 + variables[0]
    let elbow = axle.moved(by: scale, toward: first)
    let end = elbow.moved(by: scale, toward: first + variables[1])

    var canvas = background
    for (start, end) in [(axle, elbow), (elbow, end)] {
      canvas.stroke([start, end], width: 0.2 * scale, Color(0, 204, 204))
    }
    for joint in [axle, elbow] {
      canvas.fillCircle(joint, radius: 0.1 * scale, Color(204, 204, 0))
    }
    return canvas
  }
}
