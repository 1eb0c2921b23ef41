import Foundation
import GraphIR
import ONNXFormat
import RunStore
import Testing
import ZooKit

extension ArticleTests {
  @Test func exportToONNX() throws {
    let (store, images) = (try path("zoo.sqlite"), try images())
    let (networkFile, stepFile) = (URL(filePath: try path("generator.onnx")), URL(filePath: try path("step.onnx")))
    let runFile = URL(filePath: try path("run.onnx"))

    let zoo = try ModelZoo(at: store)
    let run = try zoo.train(
      Recipe.named("wgan-gp-tiny"), steps: 10, seed: 7, options: TrainingOptions(data: images))
    try zoo.export(run.id, network: "generator", to: networkFile)
    try zoo.exportProgram(run.id, "critic", to: stepFile)

    let (_, checkpoint) = try zoo.trainingModel(run.id)
    try ONNXExporter.write(checkpoint, to: runFile)
    let copy = try zoo.importRun(RunFile(ONNXImporter().read(runFile)))

    let model = try ONNXImporter().read(networkFile)
    print(model.graph.inputs, model.metadata["run"] ?? "")

    #expect(model.metadata["run"] == run.id && model.graph.inputs.count == 1)
    #expect(copy.step == 10 && copy.id != run.id)
    let step = try ONNXImporter().read(stepFile)
    #expect(step.graph.outputs.contains { $0.name.contains("penalty") })
  }
}
