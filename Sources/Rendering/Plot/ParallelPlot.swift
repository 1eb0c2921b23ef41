import Foundation

/// Things as lines over parallel axes, one for each of their properties: parallel coordinates.
///
/// An axis whose values are all numbers has a scale: a logarithmic one for positive numbers of which the largest is at
/// least a hundred times the least. Any other axis has a place for each different value. A thing without a value has a
/// gap there.
///
/// Source: A. Inselberg, "The plane with parallel coordinates", The Visual Computer 1, 1985.
public struct ParallelPlot: Hashable, Sendable {
  /// A property.
  public struct Axis: Hashable, Sendable {
    /// The label.
    public var name: String
    /// The value of each thing; nil for none.
    public var values: [String?]

    /// A property.
    public init(_ name: String, _ values: [String?]) { (self.name, self.values) = (name, values) }
  }

  /// The heading.
  public var title: String
  /// The names of the things, for the legend.
  public var names: [String]
  /// The properties from left to right.
  public var axes: [Axis]
  /// The width in pixels.
  public var width: Int
  /// The height in pixels.
  public var height: Int

  private static let margin = 12.0
  private static let labelSize = 11.0

  /// A plot.
  ///
  /// - Parameters:
  ///   - title: the heading.
  ///   - names: the names of the things.
  ///   - axes: at least one property, each with a value for each name.
  ///   - width: the width in pixels, of `Plot.sizes`; 1120 by default.
  ///   - height: the height in pixels, of `Plot.sizes`; 380 by default.
  public init(title: String, names: [String], axes: [Axis], width: Int = 1120, height: Int = 380) {
    precondition(!axes.isEmpty, "a plot needs an axis")
    precondition(axes.allSatisfy { $0.values.count == names.count }, "expected a value for each name on each axis")
    precondition(
      Plot.sizes.contains(width) && Plot.sizes.contains(height),
      "expected a width and a height in \(Plot.sizes), found \(width) x \(height)")
    (self.title, self.names, self.axes, self.width, self.height) = (title, names, axes, width, height)
  }

  /// The plot as an SVG document.
  ///
  /// - Parameter theme: the colours; by default those that the viewer prefers.
  public func svg(theme: Plot.Theme = .automatic) -> String {
    SVGWriter(theme: theme, id: "parallel").document(
      shapes, title: title, summary: summary, width: width, height: height)
  }

  private var summary: String {
    names.enumerated().map { index, name in
      "\(name): " + axes.map { "\($0.name) \($0.values[index] ?? "none")" }.joined(separator: ", ") + "."
    }.joined(separator: " ")
  }

  private var shapes: [PlotShape] {
    let (width, height) = (Double(width), Double(height))
    let legend = PlotLegend(names, width: width - 2 * Self.margin, height: height - 4 * Self.margin)
    let heading = PlotText.fitted(title, to: width - 2 * Self.margin, size: 15)
    let top = Self.margin + 22
    let right = legend.isColumn ? width - Self.margin - legend.size.width - 10 : width - Self.margin
    let (first, last) = (top + (legend.isColumn ? 0 : legend.size.height) + 14, height - 34)
    // Half of a column at both ends, for the labels.
    let column = (right - Self.margin) / Double(axes.count)
    let places = axes.indices.map { Self.margin + column * (Double($0) + 0.5) }
    let scales = axes.map { ParallelScale($0.values.compactMap { $0 }) }
    func y(_ position: Double) -> Double { last - position * (last - first) }
    var shapes: [PlotShape] = [
      .polygon([.init(0, 0), .init(width, 0), .init(width, height), .init(0, height)], .background),
      .text(heading, .init(Self.margin, Self.margin + 15), .start, size: 15, .text, isBold: true),
    ]
    shapes += legend.shapes(at: legend.isColumn ? .init(right + 10, top) : .init(Self.margin, top))
    for (axis, (x, scale)) in zip(axes, zip(places, scales)) {
      shapes.append(.line([.init(x, first), .init(x, last)], .axis))
      let name = PlotText.fitted(axis.name, to: column - 6, size: 12)
      shapes.append(.text(name, .init(x, last + 22), .middle, size: 12, .text))
      for (position, _) in scale.ticks {
        shapes.append(.line([.init(x - 4, y(position)), .init(x, y(position))], .axis))
      }
    }
    for index in names.indices {
      let points: [PlotShape.Position?] = zip(axes, zip(places, scales)).map { axis, place in
        axis.values[index].flatMap(place.1.position).map { .init(place.0, y($0)) }
      }
      let parts = points.split { $0 == nil }.map { $0.compactMap { $0 } }
      let color = PlotColor.series(index)
      shapes.append(
        .group(
          names[index],
          parts.map { part -> PlotShape in
            part.count == 1
              ? .dot(part[0], radius: 3, color)
              : .line(part, color, width: 1.8, dashes: PlotColor.dashes(ofSeries: index), opacity: 0.85)
          }))
    }
    // Over the lines, with the background behind them.
    for (x, scale) in zip(places, scales) {
      for (position, label) in scale.ticks {
        let text = PlotText.fitted(label, to: column - 20, size: Self.labelSize)
        let (left, middle) = (x - 9 - PlotText.width(text, size: Self.labelSize), y(position))
        let corners = [(left, middle - 7), (x - 5, middle - 7), (x - 5, middle + 7), (left, middle + 7)]
        shapes.append(.polygon(corners.map { .init($0, $1) }, .background, opacity: 0.8))
        let place = PlotShape.Position(x - 7, middle + Self.labelSize * 0.36)
        shapes.append(.text(text, place, .end, size: Self.labelSize, .label))
      }
    }
    return shapes
  }
}
