import CallCounter

/// The numbers of allocations and of requested locks.
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

  /// Allocations.
  public var allocations: Int { counts.allocations }
  /// Requested locks.
  public var locks: Int { counts.locks }

  /// Whether nothing was allocated and no lock requested.
  public var isClean: Bool { allocations == 0 && locks == 0 }

  /// The counts as text.
  public var description: String { "\(allocations) allocations and \(locks) locks" }
}
