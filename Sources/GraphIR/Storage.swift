import Foundation
import Synchronization

/// The memory of one tensor value: aligned to 64 bytes, never changed once the value is complete.
///
/// Released blocks are kept for the next value of about the same size: requesting fresh pages from the system costs
/// more than most kernels.
public final class Storage: @unchecked Sendable {
  /// The first byte.
  public let pointer: UnsafeMutableRawPointer
  /// The number of bytes in use.
  public let byteCount: Int
  /// Whether the memory belongs to another owner, who keeps it as long as this object lives.
  let isBorrowed: Bool

  private static let pool = Pool()

  /// Allocates `byteCount` bytes of uninitialised memory.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    isBorrowed = false
    pointer = Self.pool.take(byteCount)
  }

  /// Wraps memory of another owner, who changes it only while nothing reads this object.
  init(borrowing pointer: UnsafeMutableRawPointer, byteCount: Int) {
    self.pointer = pointer
    self.byteCount = byteCount
    isBorrowed = true
  }

  deinit { if !isBorrowed { Self.pool.give(pointer, byteCount) } }

  /// Returns unused memory to the system, including freed memory that the C library keeps.
  public static func trim() {
    pool.trim()
    _ = mallocTrim?(0)
  }

  /// The C library's `malloc_trim`, which Swift does not import; nil if the library lacks it.
  private static let mallocTrim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (_ kept: Int) -> CInt).self)
  }
}

/// Free blocks by size class.
private final class Pool: Sendable {
  private struct Block: @unchecked Sendable { let pointer: UnsafeMutableRawPointer }
  private struct State {
    /// The free blocks of each class.
    var free = [[Block]](repeating: [], count: Pool.classCount)
    var bytes = 0
  }

  private static let alignment = 64
  #if EXACT_STORAGE
    /// For AddressSanitizer: it detects an access outside a block or after its release only if the block has exactly
    /// the requested size and is not kept.
    private static let (isExact, limit) = (true, 0)
  #else
    /// The most bytes to keep.
    private static let (isExact, limit) = (false, 1 << 30)
  #endif
  /// The most blocks of one class to keep. Many small blocks, as after a long tape, would scatter over pages that could
  /// be released.
  private static let countLimit = 256
  /// Eight classes for each power of two that an `Int` can hold.
  private static let classCount = Int.bitWidth * 8
  private let state = Mutex(State())

  /// Rounds a size up to an eighth of its power of two: at most 12.5 % is lost.
  private static func sizeClass(_ byteCount: Int) -> (index: Int, size: Int) {
    let count = max(byteCount, alignment)
    let exponent = Int.bitWidth - 1 - count.leadingZeroBitCount
    let step = max(alignment, (1 << exponent) >> 3)
    let size = (count + step - 1) / step * step
    return (exponent * 8 + (size - (1 << exponent)) / step, size)
  }

  func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
    let (index, size) = Self.sizeClass(byteCount)
    let kept = state.withLock { state -> Block? in
      guard let block = state.free[index].popLast() else { return nil }
      state.bytes -= size
      return block
    }
    return kept?.pointer ?? .allocate(byteCount: Self.isExact ? byteCount : size, alignment: Self.alignment)
  }

  func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
    let (index, size) = Self.sizeClass(byteCount)
    let block = Block(pointer: pointer)
    let isKept = state.withLock { state -> Bool in
      guard state.bytes + size <= Self.limit, state.free[index].count < Self.countLimit else { return false }
      state.free[index].append(block)
      state.bytes += size
      return true
    }
    if !isKept { pointer.deallocate() }
  }

  func trim() {
    let blocks = state.withLock { state -> [Block] in
      defer { state = State() }
      return state.free.flatMap { $0 }
    }
    for block in blocks { block.pointer.deallocate() }
  }
}
