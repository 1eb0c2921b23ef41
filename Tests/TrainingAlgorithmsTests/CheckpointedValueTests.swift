import Checkpointing
import GraphIR
import Testing

/// The values that parts of a checkpoint consist of.
@Suite struct CheckpointedValueTests {
  private func restored<Value: Checkpointed>(_ value: Value, into start: Value) throws -> Value {
    var state = TrainingState(step: 1, tensors: [:])
    try value.save(to: &state, as: "part/value")
    var result = start
    try result.restore(from: state, as: "part/value")
    return result
  }

  @Test(arguments: [0.1, -0.0, .infinity, .nan, .leastNonzeroMagnitude, -.greatestFiniteMagnitude])
  func floatingPointNumbersKeepTheirBits(_ value: Double) throws {
    #expect(try restored(value, into: 7).bitPattern == value.bitPattern)
    #expect(try restored(Float(value), into: 7).bitPattern == Float(value).bitPattern)
    #expect(try restored([Float(value)], into: [7])[0].bitPattern == Float(value).bitPattern)
    #expect(try restored(Double?.some(value), into: 7)?.bitPattern == value.bitPattern)
  }

  @Test(arguments: [0, -1, .min, .max]) func integersAndFlags(_ value: Int) throws {
    #expect(try restored(value, into: 7) == value)
    #expect(try restored(UInt64(bitPattern: Int64(value)), into: 7) == UInt64(bitPattern: Int64(value)))
    #expect(try restored(value == 0, into: value != 0) == (value == 0))
  }

  @Test func optionalNumbersComeBackAsTheyWere() throws {
    #expect(try restored(Double?.some(0.5), into: nil) == 0.5)
    #expect(try restored(Float?.some(0.5), into: nil) == 0.5)
    #expect(try restored(Int?.some(-3), into: nil) == -3)
    #expect(try restored(UInt64?.some(.max), into: nil) == .max)
    #expect(try restored(Bool?.some(true), into: nil) == true)
    #expect(try restored(Double?.none, into: 7) == nil)
  }

  @Test func arraysThatGrewComeBack() throws {
    #expect(try restored([Float]([1, 2, 3]), into: []) == [1, 2, 3])
    #expect(try restored([Float]([]), into: []) == [])
    #expect(throws: CheckpointError.self) { try restored([Float]([1, 2, 3]), into: [1, 2]) }
  }

  @Test func aMissingOrForeignValueIsNamed() throws {
    var state = TrainingState(step: 1, tensors: [:])
    (-1).save(to: &state, as: "scale")
    func message(_ value: some Checkpointed, _ name: String) -> String {
      var value = value
      let error = #expect(throws: CheckpointError.self) { try value.restore(from: state, as: name) }
      return error?.message ?? ""
    }
    #expect(message(Float(1), "scale").contains("scale"))
    for value in [Double(1), Float(1), 1, UInt64(1), true] as [any Checkpointed] {
      #expect(message(value, "other").contains("other"))
    }
  }
}
