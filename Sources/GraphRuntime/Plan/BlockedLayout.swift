import CKernels
import GraphIR

/// A dense tensor whose axes are cut into blocks, with its elements in another order than that of the axes. oneDNN's
/// convolutions use such layouts, for example with sixteen channels of a pixel side by side.
struct BlockedLayout: Equatable {
  /// A part of an axis of the tensor.
  struct Part: Equatable {
    let axis: Int
    /// The number of positions.
    let extent: Int
    /// The distance of consecutive positions on the axis.
    let step: Int
  }

  /// The parts, from the outermost to the innermost.
  let parts: [Part]

  /// Creates a layout; nil for the layout of plain tensors.
  init?(_ layout: ZKBlockedLayout) {
    let axes = elements(layout.axis, of: Int32.self)
    let (extents, steps) = (elements(layout.extent, of: Int.self), elements(layout.step, of: Int.self))
    parts = (0..<Int(layout.count)).map { Part(axis: Int(axes[$0]), extent: extents[$0], step: steps[$0]) }
    let isPlain = parts.allSatisfy { $0.step == 1 } && zip(parts, parts.dropFirst()).allSatisfy { $0.axis < $1.axis }
    if isPlain { return nil }
  }

  /// The parts as axes, for a loop in the order of memory.
  var space: Shape { Shape(parts.map(\.extent)) }

  /// Strides along the axes of the tensor as strides along the parts.
  func strides(_ strides: [Int]) -> [Int] { parts.map { strides[$0.axis] * $0.step } }

  /// The copy of a plain tensor of the given shape to this layout, or back.
  func copy(_ shape: Shape, isBack: Bool) -> ZKLayout? {
    let (plain, blocked) = (strides(shape.strides), space.strides)
    let (source, destination) = isBack ? (blocked, plain) : (plain, blocked)
    // Copies write in order.
    let order = parts.indices.sorted { destination[$0] > destination[$1] }
    return ZKLayout(order.map { parts[$0].extent }, from: order.map { source[$0] }, to: order.map { destination[$0] })
  }
}

/// The elements of a C array, which is a tuple in Swift.
private func elements<Tuple, Element>(_ tuple: Tuple, of type: Element.Type) -> [Element] {
  withUnsafeBytes(of: tuple) { Array($0.bindMemory(to: type)) }
}
