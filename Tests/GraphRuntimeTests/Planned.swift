import GraphRuntime
import GraphIR
import Testing

/// Outputs and next state of a graph as a plan.
func planned(
  _ graph: Graph, _ feeds: [String: TensorValue], threads: Int = 2, limits: PlanSchedule.Limits = .init()
) throws -> (outputs: [String: TensorValue], state: [String: TensorValue]) {
  let names = Set(graph.parameters.map(\.name))
  let state = ProgramState(feeds.filter { names.contains($0.key) }, for: [graph])
  let plan = try Plan(graph, state: state, threads: threads, limits: limits)
  for input in graph.inputs { if let value = feeds[input.name] { plan.set(input.name, to: value) } }
  try plan.compute()
  let outputs = Dictionary(graph.outputs.map { ($0.name, plan.output($0.name)) }) { first, _ in first }
  // Inputs and state are unchanged.
  try plan.compute()
  for (name, value) in outputs { #expect(plan.output(name) == value, "'\(name)' differs the second time") }
  for parameter in names { #expect(state.tensors[parameter] == feeds[parameter], "'\(parameter)' changed too early") }
  try plan.commit()
  return (outputs, state.tensors)
}
