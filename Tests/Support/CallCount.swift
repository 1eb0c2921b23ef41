import CallCounter

/// The numbers of allocations, locks and runs of oneDNN's primitives.
public struct CallCount: CustomStringConvertible {
  private let counts: CallCounts

  /// Whether calls can be counted here: with glibc and without a sanitizer.
  public static var works: Bool { call_counter_works() != 0 }

  /// Counts the calls of the calling thread in `body`, and of its team.
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
  /// Requested locks outside of oneDNN.
  public var locks: Int { counts.locks }
  /// Primitives of oneDNN that ran.
  public var executions: Int { counts.executions }

  /// Whether nothing was allocated and no lock requested, except for the unavoidable calls of oneDNN. It puts the
  /// arguments of each primitive into a hash table and passes the work on: an allocation for each argument and at most
  /// six more (three in version 2.6, five in 3.2, six in 3.7).
  public var isClean: Bool {
    allocations == 0 && locks == 0 && counts.library_allocations <= counts.arguments + 6 * executions
  }

  /// Locks that oneDNN requested.
  public var libraryLocks: Int { counts.library_locks }

  /// The counts as text.
  public var description: String {
    """
    \(allocations) allocations and \(locks) locks, with \(executions) primitives of \(counts.arguments) arguments, \
    which took \
    \(counts.library_allocations) allocations and \(counts.library_locks) locks
    """
  }
}
