/// Runs the programs of an algorithm on their shared state.
///
/// A program is a graph. Its parameters are tensors of the state, its updates are their next values, and its outputs
/// are metrics. The names of its inputs state their sources: `data/NAME` is the data set, `normal/STREAM` and
/// `uniform/STREAM` are random streams.
///
/// A run has two steps, ``compute(_:)`` and ``commit(_:)``. So a caller that finds a NaN loss can keep the previous
/// state.
public protocol ProgramRunner: AnyObject {
  /// The programs by name.
  var programs: [String: Graph] { get }

  /// A copy of every tensor of the state.
  ///
  /// - Throws: an error if a device does not give it.
  var tensors: [String: TensorValue] { get throws }

  /// Calls `body` to write all elements of a program's input, which keeps them until the next call. Requires a float32
  /// input of that name.
  func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows

  /// Computes a program's outputs and the next state. The current state stays unchanged.
  ///
  /// - Throws: an error if this machine can't run the program.
  func compute(_ program: String) throws

  /// Returns an output of a program after ``compute(_:)``. Requires an output of that name.
  func output(_ name: String, of program: String) -> TensorValue

  /// Replaces the state by the one that ``compute(_:)`` computed.
  ///
  /// - Throws: an error if this machine can't run the program.
  func commit(_ program: String) throws
}

/// Creates the runner of programs on a state; both are given by name.
public typealias MakeProgramRunner = (_ programs: [String: Graph], _ tensors: [String: TensorValue]) throws ->
  any ProgramRunner
