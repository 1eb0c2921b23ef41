import GraphIR

extension Initializer {
  /// A matrix with orthonormal rows or columns, whichever are fewer, uniformly distributed among such matrices.
  ///
  /// Normal vectors are orthonormalised one after the other. The result is the Q of a QR decomposition with positive
  /// diagonal of R. Every vector takes two passes, because one leaves the rounding errors of small remainders.
  ///
  /// Source: Saxe, McClelland, Ganguli, arXiv:1312.6120; Gram-Schmidt in the modified form.
  static func orthogonalMatrix(rows: Int, columns: Int, from stream: inout RandomStream) -> [Double] {
    let draws = stream.normal([rows, columns]).doubles
    let isWide = rows < columns
    let (count, length) = (min(rows, columns), max(rows, columns))
    func place(_ vector: Int, _ element: Int) -> Int {
      isWide ? vector * columns + element : element * columns + vector
    }
    var basis: [[Double]] = []
    for vector in 0..<count {
      var rest = (0..<length).map { draws[place(vector, $0)] }
      for direction in basis + basis {
        let part = zip(direction, rest).reduce(0) { $0 + $1.0 * $1.1 }
        for element in 0..<length { rest[element] -= part * direction[element] }
      }
      let norm = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      basis.append(rest.map { $0 / norm })
    }
    var matrix = [Double](repeating: 0, count: rows * columns)
    for vector in 0..<count {
      for element in 0..<length { matrix[place(vector, element)] = basis[vector][element] }
    }
    return matrix
  }
}
