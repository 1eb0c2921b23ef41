import Checkpointing
import Foundation
import GraphIR
import RunStore
import Testing

/// Digests against another program's.
@Suite struct DigestTests {
  private struct State: Decodable {
    struct Tensor: Decodable {
      let dtype: String
      let shape: [Int]
      let hex: String
    }
    struct Stream: Decodable {
      let key: UInt64
      let counter: UInt64
    }
    let step: Int
    let tensors: [String: Tensor]
    let streams: [String: Stream]
    let counters: [String: Int64]
    let digest: String

    func snapshot() throws -> TrainingState {
      TrainingState(
        step: step,
        tensors: try tensors.mapValues { tensor in
          let dtype = try #require(DataType(rawValue: tensor.dtype))
          let value = TensorValue(uninitialized: TensorType(dtype, Shape(tensor.shape)))
          let digits = Array(tensor.hex)
          try #require(digits.count == value.byteCount * 2)
          for index in 0..<value.byteCount {
            let byte = try #require(UInt8(String(digits[index * 2...index * 2 + 1]), radix: 16))
            value.storage.pointer.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
          }
          return value
        }, streams: streams.mapValues { RandomStream(key: $0.key, counter: $0.counter) }, counters: counters)
    }
  }

  @Test func stateDigestsEqualPythons() throws {
    let states = try JSONDecoder().decode([State].self, from: Data(PackageResources.state_digest_json))
    #expect(states.count == 2)
    for state in states { #expect(try state.snapshot().digest.description == state.digest) }
  }

  @Test func everyChangeOfAStateChangesItsDigest() {
    let state = sampleState(3)
    var changed: [TrainingState] = [state]
    func change(_ body: (inout TrainingState) -> Void) {
      var copy = state
      body(&copy)
      changed.append(copy)
    }
    change { $0.step = 4 }
    change { $0.tensors["frozen"] = nil }
    change { $0.tensors["frozen"] = TensorValue([1.5, 2.5000000000000004]) }
    change { $0.tensors["frozen"] = TensorValue([1.5, 2.5], shape: [1, 2]) }
    change { $0.tensors["frozen"] = TensorValue([1.5, 2.5].map { Int64(bitPattern: $0.bitPattern) }) }
    change { $0.tensors["thawed"] = $0.tensors.removeValue(forKey: "frozen") }
    change { $0.streams["noise"] = RandomStream(key: .max, counter: 4) }
    change { $0.streams["noise"] = RandomStream(key: .max - 1, counter: 3) }
    change { $0.streams["alpha"] = $0.streams.removeValue(forKey: "noise") }
    change { $0.counters["samples"] = 0 }
    change { $0.counters = ["sample": 64 * 3] }
    change { $0.counters = [:] }
    #expect(Set(changed.map(\.digest)).count == changed.count)
  }

  @Test func aDigestIs32Bytes() {
    #expect(Digest(bytes: [UInt8](repeating: 0xA0, count: 32))?.description == String(repeating: "a0", count: 32))
    #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
  }
}
