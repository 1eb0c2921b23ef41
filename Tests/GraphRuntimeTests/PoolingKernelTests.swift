import GraphRuntime
import GraphIR
import TestSupport
import Testing

@Suite struct PoolingKernelTests {
  /// Images wider than the chunks of kernels, for several threads.
  @Test(arguments: [.float32, .float64] as [DataType]) func wideImages(dtype: DataType) throws {
    var generator = SplitMix64(seed: 8)
    let x = generator.value(dtype, [3, 2, 5, 700], special: false)
    let attributes: Attributes = [
      "kernel_shape": .ints([2, 3]), "strides": .ints([1, 2]), "pads": .ints([1, 1, 0, 2]), "dilations": .ints([1, 2]),
    ]
    let maximum = Call(op: .maxPool, inputs: [x], attributes: attributes, outputCount: 2)
    #expect(try maximum.run(on: CPUBackend(threads: 2)) == maximum.run(on: ReferenceBackend()))
    let mean = Call(op: .averagePool, inputs: [x], attributes: attributes)
    let (found, expected) = (try mean.run(on: CPUBackend(threads: 2))[0], try mean.run(on: ReferenceBackend())[0])
    #expect(mismatch(found, expected, relative: 1e-5, absolute: 1e-5) == nil)
    #expect(try mean.run(on: CPUBackend(threads: 1))[0] == found)
  }

  @Test(arguments: [.maxPool, .averagePool] as [Op], [.float32, .float64] as [DataType])
  func random(op: Op, dtype: DataType) throws {
    for seed in 100..<300 {
      var generator = SplitMix64(seed: UInt64(seed))
      let call = generator.pooling(op, dtype)
      let (found, expected) = (try call.run(on: CPUBackend(threads: 2)), try call.run(on: ReferenceBackend()))
      let tolerance = op == .maxPool ? 0 : 1e-5
      for (found, expected) in zip(found, expected) {
        #expect(mismatch(found, expected, relative: tolerance, absolute: tolerance) == nil, "seed \(seed)")
      }
    }
  }
}
