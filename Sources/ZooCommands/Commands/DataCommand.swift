import ArgumentParser
import Datasets
import Foundation
import ZooKit

/// `zoo data`.
struct DataCommand: StoreCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "Show what a data set contains: counts, shapes, ranges, classes and a picture.")

  @Argument(
    help: """
      A data set's name, a folder of pictures, a file of arrays (.npy, .npz, .safetensors) or of IDX images, or a \
      model or recipe (.yaml).
      """, completion: .file())
  var source: String

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("A setting of the data set, such as size=32.", valueName: "key=value"))
  var assignments: [String] = []

  @Option(name: .long, help: "The folder or file of the data.", completion: .file())
  var data: String?

  @Flag(help: "Leave out pictures that can't be decoded.")
  var skipBroken = false

  @Option(name: .customShort("n"), help: "The number of samples in the picture.")
  var count = 64

  @Option(
    name: [.customShort("o"), .long], help: "The PNG file for a grid of samples, or - for standard output.",
    completion: .file(extensions: ["png"]))
  var output: String?

  @OptionGroup var options: StoreOptions
  @OptionGroup var printing: OutputOptions

  func validate() throws {
    guard count >= 1 else { throw ValidationError("-n: expected at least 1 sample, found \(count).") }
  }

  func run() throws {
    let file = try output.map { try options.output($0, endings: ["png"]) }
    let catalogue = ZooProgram.current.catalogue
    let (settings, data) = try read(catalogue)
    let summary = DatasetSummary(data, settings)
    if let file { try file.write(data.contactSheet(count: count).pngData()) }
    try printing.report(summary, text(summary, data.scaling), of: file)
    for remark in summary.remarks { Terminal.error.write("warning: \(remark.escapedLine)\n", within: .zero) }
  }

  /// The data set of the source, or of the recipe that it names.
  private func read(_ catalogue: Catalogue) throws -> (DatasetSettings, any Dataset) {
    let isRecipe = source.hasSuffix(".yaml") || source.hasSuffix(".yml") || catalogue.models["\(source).yaml"] != nil
    let place = data.map { URL(filePath: $0) }
    guard isRecipe else {
      let assignments = assignments + (skipBroken ? ["skipBroken=true"] : [])
      let settings = try DatasetSettings(source: source, assignments: assignments, catalogue: catalogue)
      return (settings, try catalogue.load(settings, at: DatasetLocation(place)))
    }
    guard assignments.isEmpty else {
      throw ValidationError("--set is for names, folders and files; the data set of '\(source)' is in its recipe.")
    }
    let recipe = try options.recipe(named: source)
    return try (skipBroken ? recipe.skippingBrokenPictures() : recipe).data(at: DatasetLocation(place), catalogue)
  }

  private func text(_ summary: DatasetSummary, _ scaling: Scaling?) -> String {
    let isPicture = summary.shape.count == 3
    var lines = [
      "\(summary.name.escapedLine): \(Format.count(summary.count)) samples of \(summary.shape)"
        + (isPicture ? " (channels, height, width)" : ""),
      "range       \(summary.range[0]) to \(summary.range[1]), mean \(Format.metric(summary.mean)), standard deviation "
        + Format.metric(summary.deviation),
    ]
    if let scaling {
      let isMany = scaling.factors.count > 1
      lines.append(
        "scale       original values are \(isMany ? "for each channel " : "")samples * "
          + "\(scaling.factors.map { Format.metric($0) }.joined(separator: ", ")) + "
          + scaling.offsets.map { Format.metric($0) }.joined(separator: ", "))
    }
    if summary.validationCount > 0 {
      lines.append("validation  \(Format.count(summary.validationCount)) of them")
    }
    if !summary.labels.isEmpty {
      let shown = summary.labels.prefix(20).map { "\($0.name.escapedLine) \(Format.count($0.count))" }
      let rest = summary.labels.count - shown.count
      lines.append(
        "classes     \(summary.labels.count): \(shown.joined(separator: ", "))" + (rest > 0 ? ", and \(rest) more" : "")
      )
    }
    lines.append("fingerprint \(summary.fingerprint)")
    return lines.joined(separator: "\n")
  }
}
