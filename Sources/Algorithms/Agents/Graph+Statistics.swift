import GraphIR

extension Graph {
  /// - Throws: ``AlgorithmError`` where the network has running statistics or singular vectors: the updates of an agent keep none, so that
  ///   what is trained would not be what is evaluated.
  func requireNoStatistics(of role: String) throws {
    guard let update = updates.first else { return }
    throw AlgorithmError(
      .network,
      "the \(role) has statistics of its batches ('\(update.parameter)'), which agents do not keep; expected none of batch-norm and "
        + "spectral-norm, such as layer-norm instead")
  }
}
