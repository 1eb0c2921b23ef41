import GraphIR
import NN

extension ActorCriticPolicy {
  /// The policy as a graph: see `PolicyGraph`. The distribution's parameters are `logits`, or `mean` and
  /// `logDeviation`.
  ///
  /// - Throws: `GraphError`.
  public func graph(in environment: EnvironmentSettings) throws -> Graph {
    let policy = try PolicyGraph(environment, spaces, dtype: actor.inputs[0].type.dtype)
    var outputs = try policy.network(actor, role: "actor").outputs(policy.states)
    guard let mode = outputs["logits"] ?? outputs["mean"] else { preconditionFailure("the actor has no known head") }
    if let latent = outputs.removeValue(forKey: "latent"), let logDeviation = outputs["logDeviation"] {
      // The standard deviation of an action at a state, over all matrices of exploration.
      outputs["logDeviation"] = StateDependentGaussian(mean: mode, latent: latent, logDeviation: logDeviation)
        .deviation.log()
    }
    return try policy.graph(mode: mode, isRescaled: false, distribution: outputs)
  }
}
