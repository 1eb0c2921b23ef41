import GraphIR
import GraphRuntime

/// The backend of the current task.
public enum CurrentBackend {
  /// The backend that ``apply(_:_:_:outputCount:)`` runs operators on: a `CPUBackend` with its default number of
  /// threads.
  ///
  /// `CurrentBackend.$value.withValue(…) { … }` sets another one, such as the `ReferenceBackend`, for a piece of code.
  @TaskLocal public static var value: any Backend = CPUBackend()
}
