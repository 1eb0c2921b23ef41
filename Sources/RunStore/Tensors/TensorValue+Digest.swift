import GraphIR

extension TensorValue {
  /// SHA-256 over the element type's name (its byte count as UInt32, then UTF-8), the rank (UInt32), the extents (Int64
  /// each) and the bytes of the elements. Every integer is little-endian.
  public var digest: Digest {
    var builder = DigestBuilder()
    builder.append(type)
    withUnsafeBytes { builder.append($0) }
    return builder.finalize()
  }
}
