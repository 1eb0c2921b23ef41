import GraphRuntime
import GraphIR
import TestSupport
import Testing

@Suite struct IndexingTests {
  /// The first of several bad indices must be found before a kernel reads or writes an element.
  @Test(arguments: [4, -5, .min, .max] as [Int64]) func indicesOutOfRangeAreErrors(index: Int64) throws {
    let data = TensorValue((0..<12).map { Float($0) }, shape: [4, 3])
    let indices = TensorValue([0, -4, 3, index, 1], shape: [5, 1])
    let updates = TensorValue(repeating: 1, type: TensorType(.float32, [5, 1]))
    let rows = TensorValue(repeating: 1, type: TensorType(.float32, [5, 3]))
    for call in [
      Call(op: .gather, inputs: [data, indices]), Call(op: .gatherElements, inputs: [data, indices]),
      Call(op: .gatherND, inputs: [data, indices]), Call(op: .scatterElements, inputs: [data, indices, updates]),
      Call(op: .scatterND, inputs: [data, indices, rows]),
    ] {
      let errors = [CPUBackend(threads: 2) as any Backend, ReferenceBackend()].map { backend in
        #expect(throws: GraphError.self) { try call.run(on: backend) }?.message
      }
      #expect(errors[0]?.contains("index \(index) is out of range") == true)
      #expect(errors[0] == errors[1])
    }
  }

  /// Updates of one element are added in their order, for any number of threads.
  @Test func sumsDoNotDependOnThreads() throws {
    var generator = SplitMix64(seed: 5)
    let (rows, width) = (20_000, 33)
    let data = generator.value(.float32, [7, width], special: false)
    let indices = TensorValue((0..<rows).map { _ in Int64(generator.int(-7...6)) }, shape: [rows, 1])
    let updates = generator.value(.float32, [rows, width], special: false)
    let wide = TensorValue(
      indices.elements(as: Int64.self).flatMap { Array(repeating: $0, count: width) }, shape: [rows, width])
    for call in [
      Call(op: .scatterND, inputs: [data, indices, updates], attributes: ["reduction": .string("add")]),
      Call(op: .scatterElements, inputs: [data, wide, updates], attributes: ["reduction": .string("add")]),
    ] {
      let single = try call.run(on: CPUBackend(threads: 1))
      #expect(try call.run(on: CPUBackend(threads: 2)) == single)
      #expect(try call.run(on: CPUBackend(threads: 3)) == single)
      #expect(try call.run(on: ReferenceBackend()) == single)
    }
  }
}
