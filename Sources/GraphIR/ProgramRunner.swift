/// Runs the programs of an algorithm on the state that they share.
///
/// A program is a graph whose parameters are tensors of the state, whose updates are what they become, and whose outputs are what there is
/// to report. Its inputs say in their names where they come from: `data/NAME` from the data set, `normal/STREAM` and
/// `uniform/STREAM` from a random stream.
///
/// A run has two parts, so that whoever finds a loss that is no number keeps the state as it was.
public protocol ProgramRunner: AnyObject {
  /// The programs by name.
  var programs: [String: Graph] { get }

  /// A copy of every tensor of the state.
  var tensors: [String: TensorValue] { get }

  /// Lets `body` write an input of a program, all of it; it stays as it is until the next time. Requires an input of that name with
  /// elements of float32.
  func fill(_ input: String, of program: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Void) rethrows

  /// Computes a program's outputs and what the state is to become. The state stays as it is.
  ///
  /// - Throws: what keeps the program from running on this machine.
  func compute(_ program: String) throws

  /// An output of a program after ``compute(_:)``. Requires an output of that name.
  func output(_ name: String, of program: String) -> TensorValue

  /// Changes the state to what ``compute(_:)`` found.
  ///
  /// - Throws: what keeps the program from running on this machine.
  func commit(_ program: String) throws
}

/// Makes what runs programs on a state, given both by name.
public typealias MakeProgramRunner = (_ programs: [String: Graph], _ tensors: [String: TensorValue]) throws ->
  any ProgramRunner
