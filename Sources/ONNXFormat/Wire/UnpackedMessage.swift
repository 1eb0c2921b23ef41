import CONNX
import Foundation

/// A message that protobuf-c unpacked, in memory with a budget. It is freed with this object.
final class UnpackedMessage<Message> {
  typealias Allocator = UnsafeMutablePointer<ProtobufCAllocator>

  let message: UnsafeMutablePointer<Message>
  private let allocator: Allocator
  private let free: (UnsafeMutablePointer<Message>?, Allocator?) -> Void

  /// Unpacks `bytes`, which passed ``WireScan``.
  ///
  /// - Parameters:
  ///   - budget: the bytes that the message may take at a time.
  ///   - unpack: the generated function `…__unpack`.
  ///   - free: the generated function `…__free_unpacked`.
  /// - throws: ``ONNXError`` with code `limit` or `malformed`.
  init(
    _ bytes: borrowing [UInt8], budget: Int,
    unpack: (Allocator?, Int, UnsafePointer<UInt8>?) -> UnsafeMutablePointer<Message>?,
    free: @escaping (UnsafeMutablePointer<Message>?, Allocator?) -> Void
  ) throws {
    let left = UnsafeMutablePointer<Int>.allocate(capacity: 1)
    left.initialize(to: budget)
    let allocator = Allocator.allocate(capacity: 1)
    allocator.initialize(to: Self.allocator(spending: left))
    let unpacked = bytes.withUnsafeBufferPointer { unpack(allocator, $0.count, $0.baseAddress) }
    guard let unpacked else {
      defer { Self.release(allocator) }
      guard left.pointee >= 0 else {
        throw ONNXError(code: .limit, message: "the decoded model takes more memory than the limits allow")
      }
      throw ONNXError(code: .malformed, message: "protobuf-c can't decode the model")
    }
    message = unpacked
    self.allocator = allocator
    self.free = free
  }

  deinit {
    free(message, allocator)
    Self.release(allocator)
  }

  private static func release(_ allocator: Allocator) {
    allocator.pointee.allocator_data.deallocate()
    allocator.deallocate()
  }

  /// An allocator that subtracts from `left`. A block begins with its size. Once `left` is negative, all requests fail.
  private static func allocator(spending left: UnsafeMutablePointer<Int>) -> ProtobufCAllocator {
    ProtobufCAllocator(
      alloc: { left, count in
        guard let left = left?.assumingMemoryBound(to: Int.self), left.pointee >= 0 else { return nil }
        let (size, overflow) = count.addingReportingOverflow(blockHeader)
        left.pointee = overflow ? -1 : left.pointee - size
        guard left.pointee >= 0, let block = malloc(size) else { return nil }
        block.storeBytes(of: size, as: Int.self)
        return block + blockHeader
      },
      free: { left, pointer in
        guard let left = left?.assumingMemoryBound(to: Int.self), let pointer else { return }
        let block = pointer - blockHeader
        if left.pointee >= 0 { left.pointee += block.load(as: Int.self) }
        Foundation.free(block)
      }, allocator_data: left)
  }
}

/// The bytes in front of a block, which keep the alignment of `malloc`.
private let blockHeader = 16
