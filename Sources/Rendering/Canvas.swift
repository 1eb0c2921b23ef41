import Foundation
import Pictures

/// Draws antialiased shapes on a picture.
///
/// A shape is a signed distance: the pixels from a point to its edge, negative inside. A pixel is covered if its centre
/// is half a pixel or more inside, and not covered if it is half a pixel or more outside. Between these, coverage is
/// linear. It is rounded to sixteenths: the difference is not visible, and an episode's colours fit in the 256 of a
/// GIF.
public struct Canvas: Sendable {
  /// The drawing so far.
  public private(set) var picture: Picture
  private static let shades = 16

  /// Creates an empty canvas.
  public init(width: Int, height: Int, background: Color = .white) {
    let pixel = [background.red, background.green, background.blue]
    picture = Picture(
      width: width, height: height, channels: 3, pixels: (0..<width * height).flatMap { _ in pixel })
  }

  /// Draws a filled circle.
  public mutating func fillCircle(_ centre: CanvasPoint, radius: Double, _ color: Color) {
    stroke([centre], width: 2 * radius, color)
  }

  /// Draws a line through points, with round ends and corners. A single point is drawn as a disc.
  public mutating func stroke(_ points: [CanvasPoint], width: Double, _ color: Color) {
    precondition(!points.isEmpty && width > 0, "a line needs a point and a width above 0")
    fill(around: points, margin: width / 2, color) { point in
      var least = (point - points[0]).length
      for (start, end) in zip(points, points.dropFirst()) {
        let side = end - start
        let along = min(max((point - start).dot(side) / max(side.dot(side), .leastNormalMagnitude), 0), 1)
        least = min(least, (point - start - along * side).length)
      }
      return least - width / 2
    }
  }

  /// Draws a filled convex polygon. Its corners may be in clockwise or counterclockwise order.
  public mutating func fillPolygon(_ corners: [CanvasPoint], _ color: Color) {
    precondition(corners.count > 2, "a polygon needs at least 3 corners, found \(corners.count)")
    let next = corners.dropFirst() + [corners[0]]
    let area = zip(corners, next).reduce(0) { $0 + $1.0.perpendicular.dot($1.1) }
    // The outer normal of each side. With counterclockwise corners it points to the right of the side.
    let sides = zip(corners, next).map { start, end in
      let normal = (start - end).perpendicular / (end - start).length
      return (start: start, normal: area > 0 ? normal : -normal)
    }
    fill(around: corners, margin: 0, color) { point in
      sides.reduce(-.infinity) { max($0, (point - $1.start).dot($1.normal)) }
    }
  }

  /// Draws a shape that lies within a margin of the rectangle around some points.
  /// - Parameters:
  ///   - points: the points in the rectangle, at least one.
  ///   - margin: the width of the margin in pixels.
  ///   - color: the colour of the shape.
  ///   - distance: the pixels from a point to the shape's edge, negative inside.
  public mutating func fill(
    around points: [CanvasPoint], margin: Double, _ color: Color, distance: (CanvasPoint) -> Double
  ) {
    let (width, height) = (picture.width, picture.height)
    let low = points.reduce(points[0], pointwiseMin) - margin - 0.5
    let high = points.reduce(points[0], pointwiseMax) + margin + 0.5
    let columns = Self.pixels(from: low.x, to: high.x, of: width)
    let rows = Self.pixels(from: low.y, to: high.y, of: height)
    picture.pixels.withUnsafeMutableBufferPointer { pixels in
      for row in rows {
        for column in columns {
          let coverage = min(max(0.5 - distance(CanvasPoint(Double(column) + 0.5, Double(row) + 0.5)), 0), 1)
          let shade = Int((coverage * Double(Self.shades)).rounded())
          let index = ((height - 1 - row) * width + column) * 3
          for (channel, value) in [color.red, color.green, color.blue].enumerated() where shade > 0 {
            pixels[index + channel] = Self.blend(pixels[index + channel], value, shade)
          }
        }
      }
    }
  }

  /// The indices of the pixels between two positions, clipped to those that exist.
  private static func pixels(from low: Double, to high: Double, of count: Int) -> Range<Int> {
    let limits = 0...Double(count)
    let first = min(max(low.rounded(.down), limits.lowerBound), limits.upperBound)
    let end = min(max(high.rounded(.up), first), limits.upperBound)
    return Int(first)..<Int(end)
  }

  private static func blend(_ old: UInt8, _ new: UInt8, _ shade: Int) -> UInt8 {
    UInt8((Int(old) * (shades - shade) + Int(new) * shade + shades / 2) / shades)
  }
}
