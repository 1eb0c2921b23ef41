import CKernels
import GraphIR

/// The peak performance of this machine.
public enum Roofline {
  /// Floating-point operations per nanosecond of a float32 matrix product of size 1024 × 1024: the best of 20 runs.
  public static func gigaflopsPerSecond(threads: Int) -> Double {
    let size = 1024
    let type = TensorType(.float32, [size, size])
    let (a, b, out) = (
      TensorValue(repeating: 1, type: type), TensorValue(repeating: 1, type: type), TensorValue(uninitialized: type)
    )
    var problem = ZKMatmul(m: size, n: size, k: size)
    zk_set_threads(Int32(clamping: threads))
    let times = (0..<20).map { _ in
      let start = ContinuousClock.now
      let isDone = withExtendedLifetime((a, b)) {
        zk_matmul(.float, &problem, a.storage.pointer, b.storage.pointer, nil, out.storage.pointer)
      }
      precondition(isDone, "there is no product of 1024 × 1024 matrices")
      return (ContinuousClock.now - start) / .nanoseconds(1)
    }
    return 2 * Double(size * size * size) / (times.min() ?? .infinity)
  }
}
