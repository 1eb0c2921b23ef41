import CKernels

/// The peak performance of this machine.
public enum Roofline {
  /// Floating-point operations per nanosecond of fused multiplications and additions of float32 in registers, on so
  /// many threads at once. One measurement takes about a millisecond; other work on the machine changes it.
  public static func gigaflopsPerSecond(threads: Int) -> Double { zk_fma_peak(Int32(clamping: threads)) }
}
