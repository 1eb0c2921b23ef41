// Compiles every training step of every model for a device that is not there.
//
//     AheadOfTime PLUGIN TARGET [DEVICES]
//
// PLUGIN is the file of a plugin, TARGET a description of the device: a GpuTargetConfigProto of OpenXLA as text. Prints
// `ok MODEL PROGRAM` and `not ok MODEL PROGRAM` lines; exits with 1 after a `not ok`.

import Accelerator
import Foundation
import GraphIR
import StableHLO
import ZooKit

let arguments = CommandLine.arguments
guard arguments.count >= 3 else {
  FileHandle.standardError.write(Data("usage: AheadOfTime PLUGIN TARGET [DEVICES]\n".utf8))
  exit(64)
}
setenv("TF_CPP_MIN_LOG_LEVEL", "2", 0)
let plugin = try DevicePlugin.load(arguments[1])
let target = try String(contentsOfFile: arguments[2], encoding: .utf8)
let devices = arguments.count > 3 ? Int(arguments[3]) ?? 1 : 1

var failures = 0
let catalogue = Catalogue.standard
for name in try (catalogue.recipes().map(\.name) + catalogue.cards().map(\.name)).sorted() {
  let recipe: Recipe
  do { recipe = try .named(name) } catch {
    // Its environment needs Python packages that are not here.
    print("left out \(name): \(error)")
    continue
  }
  let programs = try recipe.settings.algorithm(recipe.networks.mapValues(\.graph)).programs()
  for (name, graph) in programs.sorted(by: { $0.key < $1.key }) where !graph.updates.isEmpty {
    let began = ContinuousClock.now
    do {
      let program = try StableHLOProgram(graph, devices: devices)
      let bytes = try plugin.compile(program, named: name, ahead: target, devices: devices)
      let seconds = String(format: "%.1f", (ContinuousClock.now - began) / .seconds(1))
      print("ok \(recipe.name) \(name) (\(graph.nodes.count) nodes, \(bytes) bytes, \(seconds) s)")
    } catch {
      print("not ok \(recipe.name) \(name): \(error)")
      failures += 1
    }
    fflush(nil)
  }
}
exit(failures == 0 ? 0 : 1)
