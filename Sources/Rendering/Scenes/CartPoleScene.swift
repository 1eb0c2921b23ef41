import Environments

/// A cart with a pole on a track as long as the range of the cart in an episode.
///
/// Measures: Gymnasium's `classic_control/cartpole.py`.
enum CartPoleScene: Scene {
  static let framesPerSecond = 50.0

  private static let (width, height) = (600, 400)
  private static let scale = 125.0
  private static let trackHeight = 100.0
  private static let cart = CanvasPoint(50, 30)
  private static let (poleWidth, poleLength) = (10.0, 125.0)

  private static let background = {
    var canvas = Canvas(width: width, height: height)
    // A line on the centres of its pixels is sharp.
    canvas.stroke([CanvasPoint(0, trackHeight - 0.5), CanvasPoint(Double(width), trackHeight - 0.5)], width: 1, .black)
    return canvas
  }()

  static func draw(_ variables: [Double], after action: Action?) -> Canvas {
    let centre = CanvasPoint(Double(width) / 2 + scale * variables[0], trackHeight)
    let axle = centre + CanvasPoint(0, cart.y / 4)
    // The pole leans to the right at a positive angle; half its width is below the axle.
    let corners = [
      CanvasPoint(-poleWidth, -poleWidth), CanvasPoint(poleWidth, -poleWidth),
      CanvasPoint(poleWidth, 2 * poleLength - poleWidth),
      CanvasPoint(-poleWidth, 2 * poleLength - poleWidth),
    ].map { (axle + $0 / 2).turned(by: -variables[2], about: axle) }

    var canvas = background
    canvas.fillPolygon(
      [CanvasPoint(-1, -1), CanvasPoint(1, -1), CanvasPoint(1, 1), CanvasPoint(-1, 1)].map { centre + cart * $0 / 2 },
      .black)
    canvas.fillPolygon(corners, Color(202, 152, 101))
    canvas.fillCircle(axle, radius: poleWidth / 2, Color(129, 132, 203))
    return canvas
  }
}
