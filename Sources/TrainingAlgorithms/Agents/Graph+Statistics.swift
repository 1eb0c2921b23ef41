import GraphIR

extension Graph {
  /// - Throws: ``AlgorithmError`` if the network has running statistics or singular vectors. An agent's updates do not
  ///   keep them: the evaluated network would differ from the trained one.
  func requireNoStatistics(of role: String) throws {
    guard let update = updates.first else { return }
    throw AlgorithmError(
      .network,
      "the \(role) has statistics of its batches ('\(update.parameter)'), which agents do not keep; expected no "
        + "batch-norm and no spectral-norm, use layer-norm instead")
  }
}
