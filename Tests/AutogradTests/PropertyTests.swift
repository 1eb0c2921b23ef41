import Autograd
import GraphIR
import TestSupport
import Testing

/// Properties of derivatives of every smooth function, on random compositions in float64.
@Suite("Properties of random functions")
struct PropertyTests {
  static let seeds = Array(UInt64(1)...40)

  /// A smooth function of two vectors of three elements, composed at random.
  struct RandomFunction {
    private let generator: SplitMix64

    init(seed: UInt64) { generator = SplitMix64(seed: seed) }

    func callAsFunction(_ x: Tensor, _ y: Tensor) -> Tensor {
      // The same seed leads to the same functions at each call.
      var generator = generator
      var pool = [x, y]
      for _ in 0..<8 {
        let (a, b) = (generator.pick(pool), generator.pick(pool))
        let number = generator.double(-1...1)
        let next: Tensor =
          switch generator.int(0...11) {
          case 0: a + b
          case 1: a - b * number
          case 2: a * b
          case 3: a.tanh() / (b.squared() + 1)
          case 4: (a * number).exp().tanh()
          case 5: a.sigmoid() * b
          case 6: (a.squared() + 1).sqrt()
          case 7: (a.squared() + b.squared() + 0.5).log()
          case 8: a.softplus()
          case 9: (a.reshaped([3, 1]) * b.reshaped([1, 3])).tanh().mean([generator.int(0...1)])
          case 10: concatenated([a.sliced(axis: 0, from: 1, to: 3), b.sliced(axis: 0, from: 0, to: 1)], axis: 0)
          default: a.reshaped([1, 3]).matmul(b.sigmoid().broadcast(to: [3, 3])).reshaped([3])
          }
        // The values are kept small, and rounding errors stay small too.
        pool.append(next.tanh())
      }
      return pool.suffix(3).reduce(pool[2] * 0.5, +)
    }
  }

  private static func point(_ seed: UInt64) -> (x: Tensor, y: Tensor, generator: SplitMix64) {
    var generator = SplitMix64(seed: seed &* 7919)
    func draw() -> [Double] { (0..<3).map { _ in generator.double(-1.5...1.5) } }
    let (x, y) = (variable(draw()), variable(draw()))
    return (x, y, generator)
  }

  @Test("the gradient is linear in gradOutputs", arguments: seeds)
  func linearity(seed: UInt64) throws {
    var (x, y, generator) = Self.point(seed)
    let z = RandomFunction(seed: seed)(x, y)
    func draw() -> [Double] { (0..<3).map { _ in generator.double(-2...2) } }
    let (u, v, a, b) = (constant(draw()), constant(draw()), generator.double(-3...3), generator.double(-3...3))
    func gradients(_ vector: Tensor) throws -> [Double] {
      try grad([z], [x, y], gradOutputs: [vector], retainGraph: true, materializeGrads: true)
        .flatMap { $0?.value.doubles ?? [] }
    }
    let combined = try gradients(u * a + v * b)
    let expected = zip(try gradients(u), try gradients(v)).map { $0 * a + $1 * b }
    #expect(mismatch(combined, expected, relative: 1e-11, absolute: 1e-13) == nil)
  }

  @Test("the Hessian is symmetric", arguments: seeds)
  func hessian(seed: UInt64) throws {
    let (x, y, _) = Self.point(seed)
    let z = RandomFunction(seed: seed)(x, y).sum()
    let first = try grad([z], [x, y], createGraph: true, materializeGrads: true).compactMap { $0 }
    var rows: [[Double]] = []
    for gradient in first {
      for index in 0..<3 {
        // Nil vectors stand for outputs that are constants.
        let elements = [gradient.sliced(axis: 0, from: index, to: index + 1), constant([0])]
        rows.append(
          try grad(elements, [x, y], retainGraph: true, materializeGrads: true).flatMap { $0?.value.doubles ?? [] })
      }
    }
    #expect(rows.count == 6 && rows.contains { $0.contains { $0 != 0 } })
    for row in 0..<6 {
      #expect(mismatch(rows[row], rows.map { $0[row] }, relative: 1e-10, absolute: 1e-12) == nil, "row \(row)")
    }
  }

  @Test("derivatives of orders 1 and 2 agree with finite differences", arguments: seeds.prefix(12), 1...2)
  func differences(seed: UInt64, order: Int) throws {
    let (x, y, _) = Self.point(seed)
    let function = RandomFunction(seed: seed)
    try gradcheck([x.value, y.value], order: order) { [function($0[0], $0[1])] }
  }

  @Test("the chain rule over an intermediate result gives the gradient", arguments: seeds)
  func chainRule(seed: UInt64) throws {
    let (x, y, _) = Self.point(seed)
    let middle = RandomFunction(seed: seed)(x, y)
    let z = RandomFunction(seed: seed + 1000)(middle, middle.tanh()).sum()
    let whole = try grad([z], [x, y], retainGraph: true, materializeGrads: true).compactMap { $0?.value }
    let outer = try grad(z, middle, retainGraph: true, materializeGrads: true)
    let inner = try grad([middle], [x, y], gradOutputs: [outer], materializeGrads: true).compactMap { $0?.value }
    for (found, expected) in zip(inner, whole) {
      #expect(mismatch(found, expected, relative: 1e-11, absolute: 1e-13) == nil)
    }
  }
}
