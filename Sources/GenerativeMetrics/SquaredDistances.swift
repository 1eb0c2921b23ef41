import Autograd
import GraphIR

/// Squared Euclidean distances between the rows of two matrices, a block of rows at a time.
struct SquaredDistances {
  private let targets: SampleMatrix
  private let center: [Double]
  private let columns: Tensor
  private let norms: [Double]

  /// Distances to the rows of `targets`, at least one.
  init(to targets: SampleMatrix) {
    self.targets = targets
    // Distances do not depend on the origin. Rounding errors are small if it is in the middle.
    center = targets.mean
    let tensor = targets.tensor(minus: center)
    columns = noGrad { tensor.transposed() }
    norms = Self.norms(tensor)
  }

  /// Calls `body` with each row's number and its distances to all targets.
  func forEachRow(of points: SampleMatrix, _ body: (Int, [Double]) -> Void) {
    precondition(points.width == targets.width, "rows of \(points.width) and \(targets.width) numbers")
    // Features are float32: rows that differ by less than its precision are equal, and products in float64 are exact
    // enough to tell.
    let precision = 1e-13
    for rows in points.blocks(of: 500) {
      let block = points.tensor(rows, minus: center)
      let own = Self.norms(block)
      let products = noGrad { block.matmul(columns) }.value
      products.withElements(of: Double.self) { products in
        for (place, row) in rows.enumerated() {
          let distances = norms.indices.map { target in
            let scale = own[place] + norms[target]
            let distance = scale - 2 * products[place * norms.count + target]
            return distance <= precision * scale ? 0 : distance
          }
          body(row, distances)
        }
      }
    }
  }

  private static func norms(_ rows: Tensor) -> [Double] {
    noGrad { rows.squared().sum([1]) }.value.elements()
  }
}
