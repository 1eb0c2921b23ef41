import CKernels
import GraphIR

extension DataType {
  /// The type in the kernels.
  var kernelType: ZKType {
    switch self {
    case .float32: .float
    case .float64: .double
    case .int64: .int64
    case .bool: .bool
    }
  }
}

extension ZKLayout {
  /// Broadcasts two or three operands to `space`; nil if that needs more dimensions than a layout has.
  init?(_ space: Shape, _ first: Shape, _ second: Shape, _ third: Shape? = nil) {
    self.init()
    guard zk_layout_begin(&self, space.rank, space.dimensions) else { return nil }
    var fits = zk_layout_broadcast(&self, first.rank, first.dimensions)
    fits = fits && zk_layout_broadcast(&self, second.rank, second.dimensions)
    if let third { fits = fits && zk_layout_broadcast(&self, third.rank, third.dimensions) }
    precondition(fits, "shapes that do not broadcast to \(space) were not refused")
    zk_layout_end(&self)
  }

  /// A copy over `space` from one set of strides to another; nil if that needs more dimensions than a layout has.
  init?(_ space: [Int], from source: [Int], to destination: [Int]) {
    self.init()
    guard zk_layout_begin(&self, space.count, space) else { return nil }
    zk_layout_strided(&self, source)
    zk_layout_strided(&self, destination)
    zk_layout_end(&self)
  }
}
