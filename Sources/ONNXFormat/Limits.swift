/// Limits on the depth and memory of an untrusted file.
public struct Limits: Sendable {
  /// The deepest nesting of messages; a plain model has 6, each subgraph adds 3.
  public var depth: Int
  /// The bytes of memory that the decoded messages of a file of any size may take.
  public var memory: Int
  /// The additional bytes of memory for each byte of the file.
  public var memoryPerByte: Int

  /// Limits. By default a depth of 100, as in Google's protobuf, and 64 MiB plus eight times the file's size.
  public init(depth: Int = 100, memory: Int = 64 << 20, memoryPerByte: Int = 8) {
    self.depth = depth
    self.memory = memory
    self.memoryPerByte = memoryPerByte
  }
}
