import CKernels
import GraphIR

/// An instruction before its operands have addresses.
struct PlanDraft {
  /// The operators in it, for display.
  var title: String
  /// The nodes of the graph that it replaces.
  var nodes: [String] = []
  /// The shapes of the operands and results, for display.
  var detail = ""
  /// The locations that it reads.
  var reads: [PlanView] = []
  /// The locations that it writes.
  var writes: [PlanView] = []
  /// Floating-point operations of a run.
  var flops = 0
  /// The number of elements of functions that are slower than memory.
  var slowElements = 0
  /// The bytes read and written, if the locations don't determine it.
  var byteCount: Int?
  /// Whether it changes the state. Such instructions wait until everything is computed and checked.
  var isCommit = false
  /// Whether it runs as outside of plans.
  var isCall = false
  /// Whether it uses all threads, so nothing may run beside it.
  var isAlone = false
  /// Results that may overwrite operands: each result and its operands, in order of preference.
  var inPlace: [(result: PlanView, operands: [PlanView])] = []
  /// Creates the instruction; nil if there is nothing to do, as for a move to the same address.
  var bind: (PlanBinder) throws -> BoundInstruction?
}

/// Resolves locations to addresses.
struct PlanBinder {
  let pointer: (PlanView) -> UnsafeMutableRawPointer
  let threads: Int
}

/// An instruction that owns its context.
final class BoundInstruction {
  let instruction: ZKInstruction
  /// The scratch space that the instruction needs while it runs, and the setter of its address.
  let scratch: (byteCount: Int, set: (UnsafeMutableRawPointer) -> Void)?
  /// The reason why the last run failed, if known.
  let failure: () -> (any Error)?
  private let release: () -> Void

  init(
    _ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Bool, _ context: UnsafeMutableRawPointer,
    scratch: (byteCount: Int, set: (UnsafeMutableRawPointer) -> Void)? = nil,
    failure: @escaping () -> (any Error)? = { nil }, release: @escaping () -> Void
  ) {
    instruction = ZKInstruction(run: run, context: context)
    self.scratch = scratch
    self.failure = failure
    self.release = release
  }

  /// An instruction whose context is a plain struct.
  convenience init<Context>(_ run: @escaping @convention(c) (UnsafeMutableRawPointer?) -> Bool, _ context: Context) {
    let pointer = UnsafeMutablePointer<Context>.allocate(capacity: 1)
    pointer.initialize(to: context)
    self.init(run, pointer) { pointer.deallocate() }
  }

  deinit { release() }
}
