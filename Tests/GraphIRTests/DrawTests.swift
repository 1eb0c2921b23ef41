import Foundation
import GraphIR
import TestSupport
import Testing

@Suite("Draws whose distribution is an input")
struct DrawTests {
  private let count = 20_000

  private func draw(_ op: Op, _ inputs: [TensorValue?], _ attributes: Attributes, outputCount: Int = 1) throws
    -> [TensorValue]
  {
    try OpExample(op, "", inputs, attributes, outputCount: outputCount).evaluate()
  }

  /// The tolerance is five standard errors.
  private func expectShare(_ found: Int, of count: Int, _ probability: Double, _ what: Comment) {
    let n = Double(count)
    let error = (probability * (1 - probability) / n).squareRoot()
    #expect(abs(Double(found) / n - probability) <= 5 * error, what)
  }

  @Test("Bernoulli draws ones with their probability, and the same ones for a seed", arguments: [0, 0.1, 0.5, 0.9, 1])
  func bernoulli(probability: Double) throws {
    let p = TensorValue([Double](repeating: probability, count: count))
    let first = try draw(.bernoulli, [p], ["seed": .float(1)])[0]
    #expect(first.doubles.allSatisfy { $0 == 0 || $0 == 1 })
    expectShare(first.doubles.count { $0 == 1 }, of: count, probability, "\(probability)")
    #expect(try draw(.bernoulli, [p], ["seed": .float(1)])[0] == first)
    guard probability > 0, probability < 1 else { return }
    #expect(try draw(.bernoulli, [p], ["seed": .float(2)])[0] != first)
    // An element that is 1 for a probability is also 1 for a greater one.
    let more = try draw(.bernoulli, [TensorValue([Double](repeating: 0.95, count: count))], ["seed": .float(1)])[0]
    #expect(zip(first.doubles, more.doubles).allSatisfy { $0 <= $1 })
  }

  @Test("Multinomial draws classes in proportion to their exponentials, unchanged by a common offset")
  func multinomial() throws {
    let weights = [0.1, 0.6, 0, 0.3]
    let rows = [0.0, 1000, -1000].flatMap { shift in weights.map { log($0) + shift } }
    let attributes: Attributes = ["seed": .float(4), "dtype": .int(7), "sample_size": .int(count)]
    let drawn = try draw(.multinomial, [TensorValue(rows, shape: [3, 4])], attributes)[0]
    #expect(drawn.type == TensorType(.int64, [3, count]))
    for row in 0..<3 {
      let classes = drawn.integers[row * count..<(row + 1) * count]
      for (index, weight) in weights.enumerated() {
        expectShare(classes.count { $0 == index }, of: count, weight, "row \(row), class \(index)")
      }
    }
    #expect(drawn.integers.prefix(count) != drawn.integers.suffix(count), "rows draw for themselves")
    #expect(try draw(.multinomial, [TensorValue(rows, shape: [3, 4])], attributes)[0] == drawn)
  }

  @Test("Dropout keeps elements with their probability and scales them", arguments: [0, 0.25, 0.5, 0.9])
  func dropout(ratio: Double) throws {
    let ones = TensorValue([Double](repeating: 1, count: count))
    let inputs = [ones, TensorValue(scalar: ratio), TensorValue(scalar: true)]
    let results = try draw(.dropout, inputs, ["seed": .int(5)], outputCount: 2)
    let (output, mask) = (results[0].doubles, results[1].elements(as: Bool.self))
    #expect(zip(output, mask).allSatisfy { $0 == ($1 ? 1 / (1 - ratio) : 0) })
    expectShare(mask.count { $0 }, of: count, 1 - ratio, "\(ratio)")
    #expect(try draw(.dropout, inputs, ["seed": .int(5)], outputCount: 2) == results)
    if ratio > 0 { #expect(try draw(.dropout, inputs, ["seed": .int(-6)], outputCount: 2) != results) }
  }

  @Test("invalid distributions are refused")
  func refused() {
    let x = TensorValue([1.0, 2], shape: [1, 2])
    let yes = TensorValue(scalar: true)
    let cases: [(Op, [TensorValue?], Attributes, String)] = [
      (.dropout, [x, nil, yes], [:], "seed"),
      (.dropout, [x, TensorValue(scalar: 1.0)], [:], "less than 1"),
      (.dropout, [x, TensorValue(scalar: -0.5)], [:], "at least 0"),
      (.dropout, [x, TensorValue([0.5])], [:], "expected a scalar"),
      (.bernoulli, [x], ["seed": .float(1), "dtype": .int(6)], "type 6"),
      (.multinomial, [x], ["seed": .float(1)], "expected 7 (int64)"),
      (.multinomial, [x], ["seed": .float(1), "dtype": .int(7), "sample_size": .int(0)], "at least 1"),
      (.multinomial, [x], ["seed": .float(1), "dtype": .int(7), "sample_size": .int(.max)], "2^40"),
      (.multinomial, [TensorValue([1.0])], ["seed": .float(1), "dtype": .int(7)], "[batch, classes]"),
      (.bernoulli, [x], [:], "seed"),
    ]
    for (op, inputs, attributes, text) in cases {
      let error = #expect(throws: GraphError.self) { try draw(op, inputs, attributes) }
      #expect(error?.description.contains(text) == true, "\(error?.description ?? "")")
    }
  }
}
