import CallCounter

/// How often something allocated, locked, and ran oneDNN's primitives.
public struct CallCount: CustomStringConvertible {
  private let counts: CallCounts

  /// Whether calls can be counted here: with glibc and without a sanitizer.
  public static var works: Bool { call_counter_works() != 0 }

  /// Counts what the calling thread does in `body`, and what others do for it in parallel regions.
  public init(of body: () throws -> Void) rethrows {
    call_counter_begin()
    do {
      try body()
    } catch {
      _ = call_counter_end()
      throw error
    }
    counts = call_counter_end()
  }

  /// Allocations outside of oneDNN.
  public var allocations: Int { counts.allocations }
  /// Locks that were asked for outside of oneDNN.
  public var locks: Int { counts.locks }
  /// Primitives of oneDNN that ran.
  public var executions: Int { counts.executions }

  /// Whether nothing was allocated and no lock asked for but what can't be had otherwise: oneDNN puts the arguments of each primitive
  /// that it runs into a hash table and hands the work on, which takes an allocation for each argument and at most six besides
  /// (three in version 2.6, five in 3.2, six in 3.7).
  public var isClean: Bool {
    allocations == 0 && locks == 0 && counts.library_allocations <= counts.arguments + 6 * executions
  }

  /// Whether oneDNN asked for no lock but the one or two that each of its products takes without AVX-512.
  public var hasProductLocksOnly: Bool {
    counts.library_locks <= executions * Int(call_counter_product_locks())
  }

  /// The numbers in words.
  public var description: String {
    """
    \(allocations) allocations and \(locks) locks, with \(executions) primitives of \(counts.arguments) arguments, which took \
    \(counts.library_allocations) allocations and \(counts.library_locks) locks
    """
  }
}
