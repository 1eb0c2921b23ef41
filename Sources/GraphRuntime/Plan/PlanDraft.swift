import CKernels
import GraphIR

/// An instruction before it is known where its operands lie.
struct PlanDraft {
  /// What it computes, for people: the operators in it.
  var title: String
  /// The nodes of the graph that it stands for.
  var nodes: [String] = []
  /// Shapes of what comes in and goes out, for people.
  var detail = ""
  /// What it reads.
  var reads: [PlanView] = []
  /// What it writes.
  var writes: [PlanView] = []
  /// Floating-point operations of a run.
  var flops = 0
  /// Elements of functions that take longer than to read and write them.
  var slowElements = 0
  /// The bytes that are read and written, where the places don't say it.
  var byteCount: Int?
  /// Whether it changes the state, and so has to wait until everything has been computed and found to be good.
  var isCommit = false
  /// Whether it runs as it does outside of plans.
  var isCall = false
  /// Whether it was made for all threads, so that nothing may run beside it.
  var isAlone = false
  /// What may be written over what is read: the result and the operands, in order of preference.
  var inPlace: [(result: PlanView, operands: [PlanView])] = []
  /// Makes the instruction; nil where there is nothing left to do, as for a move to where the bytes are already.
  var bind: (PlanBinder) throws -> BoundInstruction?
}

/// Knows where values lie.
struct PlanBinder {
  let pointer: (PlanView) -> UnsafeMutableRawPointer
  let threads: Int
}

/// An instruction with its context, which lives as long as this does.
final class BoundInstruction {
  let instruction: ZKInstruction
  /// Scratch space that the instruction needs while it runs, and how it is told where that is.
  let scratch: (byteCount: Int, set: (UnsafeMutableRawPointer) -> Void)?
  /// Why the last run failed, where that is known.
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
