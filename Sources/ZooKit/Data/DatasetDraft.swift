import Datasets
import Pictures

/// The settings of a recipe's data set while they are read, with a table for each kind.
struct DatasetDraft: Sendable {
  var path: String?
  var images = ImageFolderSettings(height: 64, width: 64)
  var arrays = ArraySettings()
  var idxLabels: String?
  var validation = 0.0
  var augment = Augmentation()

  /// The keys of every data set.
  private static let common: SettingTable<Self> = [
    .init("validation", \.validation, .decay, "The share of samples that are kept for validation."),
    .init("augment", \.augment, Augmentation.table),
  ]

  /// The tables by the key that names the data.
  static let tables: [String: SettingTable<Self>] = [
    "name": [.init("name", \.path, .text, "A data set of the catalogue.")] + common,
    "images": [
      .init("images", \.path, .text, "A folder of PNG, JPEG and WebP files. Folders in it are classes."),
      .init("size", \.images.size, .imageSize, "The height and width of a sample in pixels."),
      .init(
        "resize", \.images.resize, .choice, "The middle part of pictures of another ratio, or all between margins."),
      .init("channels", \.images.channels, .channels, "1 for grayscale, 3 for colours."),
      .init("background", \.images.background, .byte, "The gray of margins and behind transparent pixels."),
      .init("skipBroken", \.images.skipBroken, .flag, "Whether pictures that can't be decoded are left out."),
    ] + common,
    "arrays": [
      .init("arrays", \.path, .text, "An NPY, NPZ or safetensors file. The first axis counts samples."),
      .init("array", \.arrays.array, .text, "The name of the array in the file; none for the only one."),
      .init("labels", \.arrays.labels, .text, "The name of the array of labels, or an NPY file; none for no labels."),
      .init("targets", \.arrays.targets, .text, "As labels, for the targets of a regression."),
      .init("range", \.arrays.range, .range, "The bounds that are mapped to [-1, 1]; none for numbers as they are."),
      .init("standardise", \.arrays.standardise, .flag, "Whether each channel gets mean 0 and standard deviation 1."),
      .init("window", \.arrays.window, .count, "The steps of a sample of a series [time, channels]; none for samples."),
      .init("stride", \.arrays.stride, .count, "The steps from one window to the next."),
    ] + common,
    "idx": [
      .init("idx", \.path, .text, "An IDX file of images, as of MNIST."),
      .init("labels", \.idxLabels, .text, "The IDX file of their labels, beside it; none for no labels."),
    ] + common,
  ]

  /// The settings, with the data of the kind that `key` names.
  func settings(_ key: String) -> DatasetSettings {
    let path = path ?? ""
    let kind: DatasetSettings.Kind =
      switch key {
      case "images": .images(path, images)
      case "arrays": .arrays(path, arrays)
      case "idx": .idx(path, labels: idxLabels)
      default: .named(path)
      }
    var settings = DatasetSettings(kind)
    settings.validation = validation
    settings.augment = augment
    return settings
  }
}

extension Augmentation {
  /// The keys below `augment`.
  static let table: SettingTable<Self> = [
    .init("flip", \.flip, .choice, "Reflects half of the pictures; none for no reflection."),
    .init("crop", \.crop, .natural, "The most pixels by which a picture is shifted along each axis."),
  ]
}

extension SettingCodec where Value == String {
  /// One line of text.
  public static var text: Self { Self("text") { (value) throws(RecipeError) in try value.text() } }
}

extension SettingCodec where Value == Int {
  fileprivate static var channels: Self {
    Self("1 or 3") { (value) throws(RecipeError) in
      let number = try value.integer(atMost: 3)
      guard number != 2 else { throw value.error(.badValue, "\(value.path) is 2, expected 1 or 3") }
      return number
    }
  }

  fileprivate static var byte: Self {
    Self("a whole number from 0 to 255") { (value) throws(RecipeError) in try value.integer(atLeast: 0, atMost: 255) }
  }
}

extension SettingCodec where Value == [Int] {
  /// One number for a square, or height and width.
  fileprivate static var imageSize: Self {
    let expected = "a whole number of at least 1, or a list of height and width"
    return Self(expected) { (value) throws(RecipeError) in
      let limit = 4096
      guard let items = try? value.list() else {
        let side = try value.integer(atMost: limit)
        return [side, side]
      }
      guard items.count == 2 else { throw value.wrongType(expected) }
      return try items.map { (item) throws(RecipeError) in try item.integer(atMost: limit) }
    }
  }
}

extension SettingCodec where Value == ArraySettings.Range {
  /// `data`, or the bounds.
  fileprivate static var range: Self {
    let expected = "data, or a list of two numbers, the smaller one first"
    return Self(expected, write: { $0.recipe }) { (value) throws(RecipeError) in
      guard let items = try? value.list() else {
        guard try value.text() == "data" else { throw value.wrongType(expected) }
        return .data
      }
      guard items.count == 2 else { throw value.wrongType(expected) }
      let (low, high): (Double, Double) = (try items[0].number(), try items[1].number())
      guard low < high else { throw value.error(.badValue, "\(value.path) is [\(low), \(high)], expected \(expected)") }
      return .bounds(low, high)
    }
  }
}

extension ArraySettings.Range {
  /// The range in a recipe.
  fileprivate var recipe: String {
    switch self {
    case .data: "data"
    case .bounds(let low, let high): "[\(low), \(high)]"
    }
  }
}

extension RecipeValue {
  /// Reads the data set: the name of one of the catalogue's, or `{images: DIR, …}`, `{arrays: FILE, …}`,
  /// `{idx: FILE, …}`, `{name: NAME, …}` with further settings.
  ///
  /// - Throws: ``RecipeError`` at the wrong key or value.
  func dataset() throws(RecipeError) -> DatasetSettings {
    let known = context.catalogue.datasets.keys.sorted()
    guard isMapping else { return DatasetSettings(.named(try choice(among: known))) }
    let keys = DatasetDraft.tables.keys.sorted()
    var named: [(key: String, value: RecipeValue)] = []
    for (key, value) in try entries() where keys.contains(try key.text()) { named.append((try key.text(), value)) }
    guard let (key, source) = named.first, named.count == 1, let table = DatasetDraft.tables[key] else {
      throw error(
        .missingKey,
        "\(path) names \(named.count) kinds of data, expected exactly one of \(keys.joined(separator: ", "))")
    }
    if key == "name" { _ = try source.choice(among: known) }
    var draft = DatasetDraft()
    try table.read(self, into: &draft)
    if draft.arrays.range != nil, draft.arrays.standardise {
      throw error(.badValue, "\(path) has a range and standardise; keep one")
    }
    return draft.settings(key)
  }
}
