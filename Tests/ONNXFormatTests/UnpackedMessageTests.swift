import CONNX
import Foundation
import GraphIR
import Testing

@testable import ONNXFormat

/// protobuf-c's memory has a budget.
@Suite struct UnpackedMessageTests {
  private func unpack(_ skeleton: [UInt8], budget: Int) throws -> UnpackedMessage<Onnx__ModelProto> {
    try UnpackedMessage(
      skeleton, budget: budget, unpack: onnx__model_proto__unpack, free: onnx__model_proto__free_unpacked)
  }

  /// Every allocation fails once: each budget up to a sufficient one ends at another of them.
  @Test func budgetBoundsUnpacking() throws {
    let bytes = try ONNXExporter.encode(Example.generator().model)
    let skeleton = try WireScan.skeleton(ofModel: .memory(bytes), limits: Limits())
    var sufficient = 0
    for budget in stride(from: 0, through: 1 << 16, by: 8) {
      do {
        let model = try unpack(skeleton, budget: budget)
        #expect(model.message.pointee.graph != nil)
        sufficient = budget
        break
      } catch let error as ONNXError {
        #expect(error.code == .limit, "\(error)")
      }
    }
    #expect(sufficient > skeleton.count)
    // The estimate of the scan is an upper bound.
    #expect(throws: ONNXError.self) {
      try WireScan.skeleton(ofModel: .memory(bytes), limits: Limits(memory: sufficient - 8, memoryPerByte: 0))
    }
  }

  @Test func rawDataStayInTheFile() throws {
    let value = TensorValue((0..<100_000).map(Float.init), shape: [100, 1000])
    let bytes = try ONNXTensor.encode(value, name: "w")
    let skeleton = try withUnsafePointer(to: onnx__tensor_proto__descriptor) {
      try WireScan.skeleton(of: .memory(bytes), $0, limits: Limits())
    }
    #expect(skeleton.count < 100)
    #expect(try ONNXTensor.decode(bytes) == value)
  }

  /// Elements that are widened are read in several pieces.
  @Test func largeTensorsAreWidened() throws {
    let count = 600_001
    // Byte k has elements 2k and 2k + 1, the first in the lower bits.
    let packed = (0..<(count + 1) / 2).map { (index: Int) -> UInt8 in
      let first = UInt8(2 * index % 16)
      return first | (first + 1) << 4
    }
    let uint4 = WireMessage.tensor("w", type: 21, [count], .bytes(9, packed))
    #expect(try ONNXTensor.decode(uint4.data) == TensorValue((0..<count).map { Int64($0 % 16) }))
    let numbers = (0..<count).map { Float($0 % 128) }
    let halves = numbers.flatMap { (number: Float) -> [UInt8] in
      let bits = number.bitPattern >> 16
      return [UInt8(bits & 0xff), UInt8(bits >> 8)]
    }
    let bfloat16 = WireMessage.tensor("w", type: 16, [count], .bytes(9, halves))
    #expect(try ONNXTensor.decode(bfloat16.data) == TensorValue(numbers))
  }
}
