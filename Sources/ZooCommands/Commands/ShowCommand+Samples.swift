import ArgumentParser
import Foundation
import Pictures
import RunStore
import ZooKit

/// `zoo show --samples`.
extension ShowCommand {
  private struct Written: Encodable {
    let files: [String]
    let steps: [Int]
  }

  /// Prints the steps of a run's pictures, or writes the pictures.
  func showSamples(of run: Run) throws {
    let zoo = try options.existing()
    let entries = try zoo.store.pictures(of: run.id).filter { $0.name == StoredPicture.samples }
    guard let target else {
      guard !output.json else { return try printJSON(entries.map(PictureRecord.init)) }
      var table = Table([.init(title: "STEP", isNumeric: true), .init(title: "SIZE", isNumeric: true)])
      for entry in entries { table.add([Format.count(entry.step), Format.bytes(entry.byteCount)]) }
      return table.printOut()
    }
    guard target == "-" || target.lowercased().hasSuffix(".png") else { return try write(to: target, zoo) }
    let file = try options.output(target, endings: ["png"])
    let picture = try zoo.sampleSheet(of: reference)
    try file.write(picture.pngData())
    try output.report(
      Written(files: [file.path], steps: entries.map(\.step)),
      "\(file.path.escapedLine)  \(picture.width) x \(picture.height) pixels", of: file)
  }

  /// Writes a file for each step into a folder, which is created if it is missing.
  private func write(to folder: String, _ zoo: ModelZoo) throws {
    let pictures = try zoo.samplePictures(of: reference)
    guard let last = pictures.last else {
      throw ModelZooError(
        .invalidArgument, "'\(reference)' has no pictures of samples; set samples.every before training")
    }
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw ModelZooError(
        .invalidArgument, "the folder '\(folder)' can't be created; name another one, or a file that ends in .png",
        cause: error)
    }
    // Names in the order of steps.
    let digits = String(last.step).count
    var files: [String] = []
    for picture in pictures {
      let number = String(picture.step)
      let name = "samples-\(String(repeating: "0", count: digits - number.count))\(number).png"
      let file = try options.output(URL(filePath: folder).appending(path: name).path)
      try file.write(picture.png)
      files.append(file.path)
    }
    try output.report(
      Written(files: files, steps: pictures.map(\.step)), "\(folder.escapedLine)  \(files.count) pictures", of: nil)
  }
}
