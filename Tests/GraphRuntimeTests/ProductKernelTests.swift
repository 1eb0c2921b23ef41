import CKernels
import TestSupport
import Testing

/// Float matrix products: tiles of every instruction set, in every order of computation.
@Suite struct ProductKernelTests {
  /// A product with random operands.
  private struct Product {
    var problem: ZKMatmul
    let a, b, bias, before: [Float]

    init(_ generator: inout SplitMix64, m: ClosedRange<Int>, n: ClosedRange<Int>, k: ClosedRange<Int>) {
      func flag() -> Bool { Bool.random(using: &generator) }
      problem = ZKMatmul()
      problem.m = .random(in: m, using: &generator)
      problem.n = .random(in: n, using: &generator)
      problem.k = .random(in: k, using: &generator)
      problem.batch = Int.random(in: 0..<4, using: &generator) == 0 ? .random(in: 2...5, using: &generator) : 1
      (problem.transposed_a, problem.transposed_b) = (flag(), flag())
      if problem.batch > 1 { (problem.shared_a, problem.shared_b) = (flag(), flag()) }
      (problem.has_bias, problem.accumulates, problem.has_leaky_relu) = (flag(), flag(), flag())
      (problem.alpha, problem.beta, problem.slope) = (flag() ? 1 : 0.75, flag() ? 1 : -0.5, 0.25)
      func values(_ count: Int) -> [Float] {
        (0..<count).map { _ in Float.random(in: -1...1, using: &generator) }
      }
      a = values(problem.m * problem.k * (problem.shared_a ? 1 : problem.batch))
      b = values(problem.k * problem.n * (problem.shared_b ? 1 : problem.batch))
      (bias, before) = (values(problem.n), values(problem.m * problem.n * problem.batch))
    }

    var description: String {
      "\(problem.batch) of \(problem.m) × \(problem.k) × \(problem.n), \(problem.transposed_a) \(problem.transposed_b)"
    }

    /// The result, or nil if the kernel wrote past its end.
    func run(threads: Int, level: Int32 = 4) -> [Float]? {
      zk_set_threads(Int32(threads))
      zk_matmul_limit_level(level)
      defer { zk_matmul_limit_level(4) }
      let guardValue: Float = 12345
      var (out, problem) = (before + Array(repeating: guardValue, count: 64), problem)
      #expect(zk_matmul(.float, &problem, a, b, bias, &out))
      return out[before.count...].allSatisfy { $0 == guardValue } ? Array(out[..<before.count]) : nil
    }

    /// The result in double, and the sum of the absolute values of its terms.
    func reference(_ matrix: Int, _ i: Int, _ j: Int) -> (value: Double, size: Double) {
      let (m, n, k) = (problem.m, problem.n, problem.k)
      let (first, second) = (problem.shared_a ? 0 : matrix * m * k, problem.shared_b ? 0 : matrix * k * n)
      var (sum, size) = (0.0, 0.0)
      for p in 0..<k {
        let term =
          Double(a[first + (problem.transposed_a ? p * m + i : i * k + p)])
          * Double(b[second + (problem.transposed_b ? j * k + p : p * n + j)])
        (sum, size) = (sum + term, size + abs(term))
      }
      if problem.has_bias { (sum, size) = (sum + Double(bias[j]), size + abs(Double(bias[j]))) }
      sum *= Double(problem.alpha)
      let old = Double(before[(matrix * m + i) * n + j])
      if problem.accumulates { (sum, size) = (sum + Double(problem.beta) * old, size + abs(old)) }
      return (problem.has_leaky_relu && !(sum > 0) ? Double(problem.slope) * sum : sum, size)
    }
  }

  /// Extents around those of tiles and blocks, 1 among them, and depths beyond those of panels.
  private static func products(_ count: Int) -> [Product] {
    var generator = SplitMix64(seed: 19)
    return (0..<count).map { index in
      switch index % 6 {
      case 0: Product(&generator, m: 1...1, n: 1...80, k: 1...70)
      case 1: Product(&generator, m: 1...80, n: 1...1, k: 1...70)
      case 2: Product(&generator, m: 40...110, n: 40...140, k: 1...9)
      case 3: Product(&generator, m: 1...20, n: 1...20, k: 1000...1200)
      case 4: Product(&generator, m: 60...70, n: 60...70, k: 250...270)
      default: Product(&generator, m: 1...40, n: 1...40, k: 1...40)
      }
    }
  }

  @Test(arguments: [1, 3, 4] as [Int32]) func agreesWithDoubles(level: Int32) throws {
    defer { zk_matmul_limit_level(4) }
    guard zk_matmul_limit_level(level) == level else { return }
    for product in Self.products(300) {
      let problem = product.problem
      let found = try #require(product.run(threads: 2, level: level), "\(product.description) writes past its end")
      for matrix in 0..<problem.batch {
        for i in 0..<problem.m {
          for j in 0..<problem.n {
            let expected = product.reference(matrix, i, j)
            let error = abs(Double(found[(matrix * problem.m + i) * problem.n + j]) - expected.value)
            // A sum of k terms in sequence has an error of at most (k + 3) · u times the size of its terms.
            let bound = Double(problem.k + 3) * 0x1p-24 * expected.size
            try #require(error <= bound, "\(product.description) at \(matrix), \(i), \(j)")
          }
        }
      }
    }
  }

  /// Neither the number of threads nor the width of vectors changes a bit.
  @Test func bitsDependOnOperandsOnly() throws {
    let level = zk_matmul_limit_level(4)
    var generator = SplitMix64(seed: 20)
    let large = (0..<6).map { _ in Product(&generator, m: 60...200, n: 60...200, k: 200...300) }
    for product in Self.products(120) + large {
      let expected = product.run(threads: 1)
      for threads in [2, 3, 5] { #expect(product.run(threads: threads) == expected, "\(product.description)") }
      if level >= 3 { #expect(product.run(threads: 2, level: 3) == expected, "\(product.description)") }
    }
  }

  /// A row has the bits that it has in a product of fewer rows.
  @Test func rowsAreIndependent() throws {
    var generator = SplitMix64(seed: 21)
    for _ in 0..<40 {
      var product = Product(&generator, m: 2...100, n: 1...100, k: 1...300)
      (product.problem.batch, product.problem.shared_a, product.problem.shared_b) = (1, false, false)
      product.problem.transposed_a = false
      let (n, all) = (product.problem.n, try #require(product.run(threads: 1)))
      product.problem.m = 1
      let first = try #require(product.run(threads: 1))
      #expect(all[..<n].elementsEqual(first[..<n]), "\(product.description)")
    }
  }
}
