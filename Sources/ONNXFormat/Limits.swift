import Foundation

/// Limits on the depth and memory of an untrusted file.
public struct Limits: Sendable {
  /// The deepest nesting of messages; a plain model has 6, each subgraph adds 3.
  public var depth: Int
  /// The bytes of memory that the decoded messages of a file of any size may take.
  public var memory: Int
  /// The additional bytes of memory for each byte of the file.
  public var memoryPerByte: Int
  /// The bytes of memory that tensors with their data in other files may take.
  public var externalData: Int

  /// Limits. By default a depth of 100, as in Google's protobuf, 64 MiB plus eight times the file's size, and the
  /// machine's memory for external data.
  public init(
    depth: Int = 100, memory: Int = 64 << 20, memoryPerByte: Int = 8,
    externalData: Int = Int(clamping: ProcessInfo.processInfo.physicalMemory)
  ) {
    self.depth = depth
    self.memory = memory
    self.memoryPerByte = memoryPerByte
    self.externalData = externalData
  }

  /// The bytes of memory that the decoded messages of a file of `byteCount` bytes may take.
  func messageBytes(ofFile byteCount: Int) -> Int {
    let share = byteCount.multipliedReportingOverflow(by: memoryPerByte)
    let total = share.partialValue.addingReportingOverflow(memory)
    return share.overflow || total.overflow ? .max : total.partialValue
  }
}
