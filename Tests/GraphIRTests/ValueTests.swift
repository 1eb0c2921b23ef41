import GraphIR
import TestSupport
import Testing

@Suite("Types, shapes and values")
struct ValueTests {
  @Test("equal values have equal types and bytes")
  func equality() {
    #expect(TensorValue([Float.nan]) == TensorValue([Float.nan]))
    #expect(TensorValue([Float.nan]) != TensorValue([-Float.nan]))
    #expect(TensorValue([0.0]) != TensorValue([-0.0]))
    #expect(TensorValue([1.0, 2]) == TensorValue([1.0, 2]))
    #expect(TensorValue([1.0, 2]) != TensorValue([1.0, 3]))
    #expect(TensorValue([1.0, 2]) != TensorValue([1.0, 2], shape: [2, 1]))
    #expect(TensorValue([Int64(0)]) != TensorValue([0.0]))
    #expect(TensorValue([Float](), shape: [0, 3]) != TensorValue([Float](), shape: [3, 0]))
    let values = [
      TensorValue([Float.nan]), TensorValue([0.0]), TensorValue([-0.0]), TensorValue([Float.nan]), TensorValue([0.0]),
    ]
    #expect(Set(values).count == 3)
  }

  @Test("reshaping shares the bytes")
  func reshaping() {
    let value = TensorValue([1.0, 2, 3, 4, 5, 6], shape: [2, 3])
    let other = value.reshaped(to: [3, 2])
    #expect(other.storage === value.storage)
    #expect(other.shape == [3, 2] && other.doubles == value.doubles)
  }

  @Test("a value outlives the values that share its memory, which is not reused before")
  func lifetimes() {
    var values: [TensorValue] = []
    for round in 0..<200 {
      let value = TensorValue((0..<100).map { Float($0 + round) })
      values.append(value.reshaped(to: [10, 10]))
      if round % 3 == 0 { values.removeFirst() }
    }
    Storage.trim()
    for value in values {
      let numbers = value.doubles
      #expect(numbers == (0..<100).map { Double($0) + numbers[0] })
    }
  }

  @Test("memory is aligned to 64 bytes", arguments: [0, 1, 63, 64, 65, 1000, 1 << 20])
  func alignment(byteCount: Int) {
    let storages = (0..<4).map { _ in Storage(byteCount: byteCount) }
    #expect(storages.allSatisfy { Int(bitPattern: $0.pointer) % 64 == 0 && $0.byteCount == byteCount })
    #expect(Set(storages.map(\.pointer)).count == 4)
  }

  @Test("a value has the elements of its initialiser")
  func elements() {
    #expect(TensorValue(integers: [3, -1]).type == TensorType(.int64, [2]))
    #expect(TensorValue(integers: [3, .min, .max]).integers == [3, .min, .max])
    #expect(TensorValue(scalar: Float(2)).type == TensorType(.float32, []))
    #expect(TensorValue([true, false]).doubles == [1, 0])
    for dtype in DataType.allCases {
      let value = TensorValue(repeating: 1, type: TensorType(dtype, [2, 2]))
      #expect(value.doubles == [1, 1, 1, 1] && value.byteCount == 4 * dtype.byteCount)
    }
  }

  @Test("broadcasting follows NumPy's rules and keeps symbols")
  func broadcasting() {
    let cases: [(Shape, Shape, Shape?)] = [
      ([2, 3], [2, 3], [2, 3]), ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([], [], []), ([], [4], [4]),
      ([2, 3], [2], nil),
      ([0], [1], [0]), ([0], [2], nil), ([8, 1, 6, 1], [7, 1, 5], [8, 7, 6, 5]), ([-1, 3], [1, 3], [-1, 3]),
      ([-1], [-1], [-1]),
      ([-1], [-2], nil), ([-1], [2], nil), ([-1, 1], [5], [-1, 5]),
    ]
    for (first, second, expected) in cases {
      #expect(Shape.broadcast(first, second) == expected, "\(first) \(second)")
      #expect(Shape.broadcast(second, first) == expected, "\(second) \(first)")
    }
  }

  @Test("strides are those of row-major tensors, and 0 along repeated axes")
  func strides() {
    #expect(Shape([2, 3, 4]).strides == [12, 4, 1])
    #expect(Shape([]).strides == [])
    #expect(Shape([3, 1]).broadcastStrides(to: [2, 3, 5]) == [0, 1, 0])
    #expect(Shape([2, 3]).broadcastStrides(to: [2, 3]) == [3, 1])
  }

  @Test("axes count from both ends")
  func axes() {
    let shape: Shape = [4, 5, 6]
    #expect((-4...3).map { shape.normalized(axis: $0) } == [nil, 0, 1, 2, 0, 1, 2, nil])
    #expect(shape.normalized(axis: .min) == nil && shape.normalized(axis: .max) == nil)
  }

  @Test("element types have ONNX's numbers")
  func codes() {
    // TensorProto.DataType: FLOAT 1, INT64 7, BOOL 9, DOUBLE 11.
    #expect(DataType.allCases.map(\.onnxCode) == [1, 11, 7, 9])
    #expect(DataType.allCases.allSatisfy { DataType(onnxCode: $0.onnxCode) == $0 })
    #expect(DataType(onnxCode: 10) == nil && DataType(onnxCode: .min) == nil)
  }

  @Test("SplitMix64 produces the published values")
  func splitMix() {
    // Vigna's splitmix64.c with x = 1234567.
    var generator = SplitMix64(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }

  @Test("mismatch finds the position, and treats NaNs as equal")
  func mismatches() {
    let expected = TensorValue([1.0, .nan, .infinity, -4], shape: [2, 2])
    #expect(mismatch(expected, expected) == nil)
    #expect(mismatch(TensorValue([1.0, .nan, .infinity, -4.1], shape: [2, 2]), expected, relative: 0.03) == nil)
    #expect(
      mismatch(TensorValue([1.0, .nan, .infinity, -4.5], shape: [2, 2]), expected, relative: 0.03)
        == "at [1, 1]: found -4.5, expected -4.0, difference 0.5, allowed 0.12")
    #expect(mismatch(TensorValue([1.0, 2, .infinity, -4], shape: [2, 2]), expected, absolute: 9) != nil)
    #expect(mismatch(TensorValue([1.0, .nan, 5, -4], shape: [2, 2]), expected, relative: 9) != nil)
    #expect(mismatch([.infinity], [1], absolute: 9) != nil)
    #expect(mismatch([.nan], [1], absolute: 9) != nil)
    #expect(mismatch(TensorValue([1.0]), TensorValue([Float(1)])) == "found float64[1], expected float32[1]")
    #expect(
      mismatch(TensorValue(integers: [Int.max, 1]), TensorValue(integers: [Int.max - 1, 1]))
        == "at [0]: found 9223372036854775807, expected 9223372036854775806")
  }
}
