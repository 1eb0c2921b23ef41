import Autograd
import Datasets
import GraphIR
import NN

extension Graph {
  /// The network, followed by the change to the data's original scale. The output is `samples`.
  ///
  /// - Throws: `GraphError` if names collide.
  func inOriginalScale(_ scaling: Scaling) throws -> Graph {
    let trace = Trace(name: name, symbols: symbols)
    var parameters: [String: Tensor] = [:]
    for parameter in self.parameters {
      parameters[parameter.name] = try trace.parameter(
        parameter.name, parameter.type, isTrainable: parameter.isTrainable)
    }
    let inputs = try self.inputs.map { try trace.input($0.name, $0.type) }
    let samples = try Network(self, parameters: parameters)(inputs)[0]
    // One number for each extent of a sample's first axis.
    let shape = Shape([scaling.factors.count] + [Int](repeating: 1, count: max(samples.shape.rank - 2, 0)))
    func tensor(_ numbers: [Double]) -> Tensor { Tensor(TensorValue(numbers.map(Float.init), shape: shape)) }
    let original = samples * tensor(scaling.factors) + tensor(scaling.offsets)
    try trace.output(original, named: "samples")
    return trace.graph.removingDeadCode()
  }
}
