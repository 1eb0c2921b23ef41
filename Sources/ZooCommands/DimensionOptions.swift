import ArgumentParser

/// The option `--dim`.
struct DimensionOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("The extent of a symbolic dimension, such as batch=8.", valueName: "name=extent"))
  var dim: [String] = []

  /// The extents by name.
  ///
  /// - Throws: `ValidationError` for a text of another form, and for a name that is given twice.
  func extents() throws -> [String: Int] {
    try dim.reduce(into: [:]) { extents, text in
      guard let sign = text.lastIndex(of: "="), sign > text.startIndex,
        let extent = Int(text[text.index(after: sign)...]), (1...Int(Int32.max)).contains(extent)
      else {
        throw ValidationError("--dim \(text): expected NAME=EXTENT, with an extent from 1 to \(Int32.max).")
      }
      guard extents.updateValue(extent, forKey: String(text[..<sign])) == nil else {
        throw ValidationError("--dim \(text): the dimension is given twice.")
      }
    }
  }

  func validate() throws { _ = try extents() }
}
