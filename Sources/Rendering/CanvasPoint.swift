import Foundation

/// A position on a canvas: x in pixels from its left edge, y in pixels upwards from its bottom edge.
public typealias CanvasPoint = SIMD2<Double>

extension CanvasPoint {
  /// The point at a distance from this one, in a direction in radians, counterclockwise from the direction of x.
  func moved(by distance: Double, toward direction: Double) -> CanvasPoint {
    self + distance * CanvasPoint(cos(direction), sin(direction))
  }

  /// The point rotated about this centre, in radians counterclockwise.
  func turned(by angle: Double, about centre: CanvasPoint) -> CanvasPoint {
    let offset = self - centre
    let (cosine, sine) = (cos(angle), sin(angle))
    return centre + CanvasPoint(cosine * offset.x - sine * offset.y, sine * offset.x + cosine * offset.y)
  }

  /// The length of the vector from the origin.
  var length: Double { (x * x + y * y).squareRoot() }

  /// The scalar product.
  func dot(_ other: CanvasPoint) -> Double { x * other.x + y * other.y }

  /// The vector rotated by a right angle counterclockwise.
  var perpendicular: CanvasPoint { CanvasPoint(-y, x) }
}
