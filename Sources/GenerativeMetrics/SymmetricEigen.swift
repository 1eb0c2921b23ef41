import Autograd
import CLAPACK
import GraphIR

/// The eigendecomposition of a symmetric matrix by LAPACK's `dsyevd`.
struct SymmetricEigen {
  /// The eigenvalues, ascending. Those below the rounding error of the largest one are 0.
  let values: [Double]
  /// The eigenvectors as rows, [d, d]; empty unless they were asked for.
  let vectors: [Double]

  /// - Parameters:
  ///   - matrix: a symmetric matrix [d, d] of finite numbers.
  ///   - order: d.
  ///   - hasVectors: whether to compute the eigenvectors.
  init(_ matrix: [Double], order: Int, hasVectors: Bool) {
    precondition(matrix.count == order * order && order >= 1, "expected a matrix of \(order) rows and columns")
    var (vectors, values) = (matrix, [Double](repeating: 0, count: order))
    let job = CChar(bitPattern: UInt8(ascii: hasVectors ? "V" : "N"))
    let triangle = CChar(bitPattern: UInt8(ascii: "U"))
    let size = Int32(order)
    let info = LAPACKE_dsyevd(LAPACK_COL_MAJOR, job, triangle, size, &vectors, size, &values)
    precondition(info == 0, "dsyevd failed with code \(info): the matrix holds a NaN or an infinity")
    // A matrix of lower rank has eigenvalues of rounding errors, whose roots would be far larger than these errors.
    let noise = (values.last ?? 0) * Double(order) * .ulpOfOne
    self.values = values.map { $0 <= noise ? 0 : $0 }
    // Columns in the memory of Fortran are rows here.
    self.vectors = hasVectors ? vectors : []
  }

  /// The symmetric square root of a positive semidefinite matrix, [d, d].
  var squareRoot: Tensor {
    let order = values.count
    // Vᵀ · Λ^½ · V is WᵀW for W = Λ^¼ · V, and thus symmetric to the bit.
    let scales = values.map { $0.squareRoot().squareRoot() }
    let scaled = vectors.enumerated().map { $1 * scales[$0 / order] }
    let rows = Tensor(TensorValue(scaled, shape: [order, order]))
    return rows.transposed().matmul(rows)
  }
}
