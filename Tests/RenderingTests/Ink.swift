import Pictures
import Rendering

/// Helpers that examine drawings, with y upwards as on a canvas.
extension Picture {
  /// The colour of the pixel around a point.
  func color(at x: Double, _ y: Double) -> Color {
    let index = ((height - 1 - Int(y)) * width + Int(x)) * 3
    return Color(pixels[index], pixels[index + 1], pixels[index + 2])
  }

  /// The centres of the pixels that have a property.
  func points(where isWanted: (Color) -> Bool) -> [CanvasPoint] {
    var points: [CanvasPoint] = []
    for y in 0..<height {
      for x in 0..<width where isWanted(color(at: Double(x), Double(y))) {
        points.append(CanvasPoint(Double(x) + 0.5, Double(y) + 0.5))
      }
    }
    return points
  }

  /// The area in pixels that is covered by black on white.
  var ink: Double {
    points { _ in true }.reduce(0) { $0 + (255 - Double(color(at: $1.x, $1.y).red)) / 255 }
  }
}

/// The mean of points.
func centre(of points: [CanvasPoint]) -> CanvasPoint {
  points.reduce(.zero, +) / Double(points.count)
}

/// The smallest and the largest coordinates of the pixels around points.
func bounds(of points: [CanvasPoint]) -> (low: CanvasPoint, high: CanvasPoint) {
  let low = points.reduce(points[0], pointwiseMin)
  let high = points.reduce(points[0], pointwiseMax)
  return (low - 0.5, high + 0.5)
}

/// Whether two points are at most `distance` pixels apart in each direction.
func areNear(_ a: CanvasPoint, _ b: CanvasPoint, _ tolerance: Double) -> Bool {
  abs(a.x - b.x) <= tolerance && abs(a.y - b.y) <= tolerance
}
