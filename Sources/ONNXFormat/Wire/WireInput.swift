/// A position in a model's bytes, which are read in pieces of 64 KiB.
struct WireInput {
  private static let windowSize = 1 << 16

  let source: ByteSource
  /// The position of the next byte.
  var position = 0
  private var window: [UInt8] = []
  private var windowStart = 0

  init(_ source: ByteSource) { self.source = source }

  /// Reads the next byte, which exists.
  ///
  /// - throws: as ``ByteSource/read(into:at:)``.
  mutating func next() throws -> UInt8 {
    if position < windowStart || position - windowStart >= window.count { try fill() }
    defer { position += 1 }
    return window[position - windowStart]
  }

  /// Fills `buffer` with the next bytes, which exist.
  ///
  /// - throws: as ``ByteSource/read(into:at:)``.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws {
    if position < windowStart || position + buffer.count - windowStart > window.count, buffer.count < Self.windowSize {
      try fill()
    }
    if position - windowStart + buffer.count <= window.count, position >= windowStart {
      let start = position - windowStart
      window.withUnsafeBytes { window in
        buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: window[start..<start + buffer.count]))
      }
    } else {
      try source.read(into: buffer, at: position)
    }
    position += buffer.count
  }

  private mutating func fill() throws {
    let count = min(Self.windowSize, source.byteCount - position)
    if window.count != count { window = [UInt8](repeating: 0, count: count) }
    windowStart = position
    try window.withUnsafeMutableBytes { try source.read(into: $0, at: position) }
  }
}
