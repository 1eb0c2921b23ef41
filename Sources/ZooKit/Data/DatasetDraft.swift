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

  /// The keys of a data set of the catalogue.
  static let named: SettingTable<Self> = [.init("name", \.path, .text, "A data set of the catalogue.")] + common

  /// The tables by the key that names the data.
  static let tables: [String: SettingTable<Self>] = [
    "name": named,
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

  /// The settings, with the files that `key` names.
  func settings(_ key: String) -> DatasetSettings {
    let path = path ?? ""
    let kind: DatasetSettings.Kind =
      switch key {
      case "images": .images(path, images)
      case "arrays": .arrays(path, arrays)
      case "idx": .idx(path, labels: idxLabels)
      default: preconditionFailure("no kind of files '\(key)'")
      }
    return settings(kind)
  }

  /// The settings, with data of a kind.
  func settings(_ kind: DatasetSettings.Kind) -> DatasetSettings {
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
