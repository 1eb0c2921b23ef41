import ArgumentParser
import ZooKit
import RunStore

/// `zoo train`.
struct TrainCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Start a run of a model and train it.",
    discussion: """
      Training ends with a checkpoint on Ctrl-C, SIGTERM, SIGHUP, SIGUSR1 and SIGUSR2; \
      '\(ZooProgram.current.name) resume RUN' continues from there. A second Ctrl-C ends at once. In a job queue that \
      may restart the job: zoo train MODEL --name NAME --or-resume.
      """)

  @Argument(help: "A model of '\(ZooProgram.current.name) list models', or the path of a recipe (.yaml).")
  var model: String

  @Option(help: "The number of steps; the recipe's by default.")
  var steps: Int?

  @Option(help: "The seed of all random numbers; a new one by default.")
  var seed: UInt64?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting of the recipe to change.", valueName: "key=value"))
  var assignments: [String] = []

  @Option(help: "Steps between checkpoints; the recipe's value by default.")
  var checkpointEvery: Int?

  @Option(
    name: .customLong("name"), parsing: .singleValue,
    help: "A name for the run. Another run's name is refused, unless the option is given twice.")
  var names: [String] = []

  @Option(
    name: .customLong("init"), parsing: .singleValue,
    help: ArgumentHelp(
      """
      Values in place of a network's initial ones (.safetensors, .npz, .onnx, or MODEL:trained); without ROLE, names \
      are ROLE/NAME.
      """, valueName: "[role=]file"), completion: .file(extensions: ["safetensors", "npz", "onnx"]))
  var initialFiles: [String] = []

  @Flag(help: "Leave out pictures that can't be decoded.")
  var skipBroken = false

  @Flag(help: "Continue the run of that name if there is one; otherwise start it.")
  var orResume = false

  @OptionGroup var compute: ComputeOptions
  @OptionGroup var options: StoreOptions
  @OptionGroup var output: OutputOptions

  private var report: TrainingReport { TrainingReport(options: options, compute: compute, isJSON: output.json) }

  func validate() throws {
    guard Set(names).count <= 1, names.count <= 2 else {
      throw ValidationError(
        "--name: expected one name, twice to share it with another run; found \(names.count) options.")
    }
    guard !orResume || names.count == 1 else {
      throw ValidationError("--or-resume needs the name of the run; give --name NAME once.")
    }
  }

  func run() throws {
    // A recipe with a mistake does not leave an empty store behind.
    let named = try options.recipe(named: model).setting(assignments)
    let recipe = skipBroken ? named.skippingBrokenPictures() : named
    let zoo = try options.zoo()
    if orResume, let name = names.first {
      do {
        return try begin(recipe, zoo)
      } catch let error as StoreError where error.code == .nameTaken {
        return try resume(name, recipe, zoo)
      }
    }
    try begin(recipe, zoo)
  }

  private func begin(_ recipe: Recipe, _ zoo: ModelZoo) throws {
    if let name = names.first, names.count == 1 { try zoo.store.requireUnused(name: name) }
    // A number of steps that is refused needs no warning.
    for warning in try steps ?? 1 >= 1 ? recipe.warnings(steps: steps) : [] {
      Terminal.error.write("warning: \(warning.escaped)\n", within: TrainingReport.patience)
    }
    var initial = InitialValues()
    for text in initialFiles {
      let role = recipe.networks.keys.first { text.hasPrefix("\($0)=") }
      let name = role.map { String(text.dropFirst($0.count + 1)) } ?? text
      if let trained = try options.trained(name) {
        try initial.read(trained, for: role)
      } else {
        try initial.read(name, for: role)
      }
    }
    try report {
      try zoo.train(
        recipe, steps: steps, seed: seed, name: names.first, sharesName: names.count > 1,
        checkpointEvery: checkpointEvery, initial: initial, options: $0)
    }
  }

  /// Continues the run of a name with its own settings. A note names each option of the command that differs.
  private func resume(_ name: String, _ recipe: Recipe, _ zoo: ModelZoo) throws {
    let runs = try zoo.store.runs(RunFilter(name: name))
    guard let run = runs.first, runs.count == 1 else {
      throw ValidationError(
        "--or-resume: \(runs.count) runs are called '\(name)'; "
          + "continue one by its id: \(ZooProgram.current.name) resume RUN.")
    }
    guard run.model == recipe.name else {
      throw ValidationError(
        "--or-resume: expected a run of \(recipe.name), found '\(name)' of \(run.model); choose another name.")
    }
    let ignored = [
      seed.map { $0 == run.seed } == false ? "--seed" : nil,
      steps.map { $0 == run.targetStep } == false ? "--steps" : nil,
      try zoo.keepsSettings(of: run, recipe) ? nil : "--set", initialFiles.isEmpty ? nil : "--init",
    ].compactMap(\.self)
    for option in ignored {
      Terminal.error.write("note: run \(run.id) keeps its own settings; \(option) differs and is ignored\n")
    }
    guard run.status != .done else { return try report.show(run) }
    try report { try zoo.resume(run.id, options: $0) }
  }
}
