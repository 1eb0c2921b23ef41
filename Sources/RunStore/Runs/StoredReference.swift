/// The meaning of a reference that may name a run, a checkpoint or a graph.
public enum StoredReference: Hashable, Sendable {
  /// A run, with or without a checkpoint.
  case run(Reference)
  /// The name of a graph with a name of its own.
  case graph(String)
}
