import Foundation

/// The data set of a recipe: a named one, or files of the user's own, with the part for validation and the changes of
/// samples in training.
public struct DatasetSettings: Sendable, Hashable, Codable {
  /// The kinds of data sets.
  public enum Kind: Sendable, Hashable, Codable {
    /// A data set of the catalogue.
    case named(String)
    /// A data set of the catalogue with settings of its own, as JSON with sorted keys.
    case configured(String, String)
    /// A folder of pictures.
    case images(String, ImageFolderSettings)
    /// A file of arrays: NPY, NPZ or safetensors.
    case arrays(String, ArraySettings)
    /// An IDX file of images, and one of labels.
    case idx(String, labels: String?)
  }

  /// The kind, with the path as the recipe has it.
  public var kind: Kind
  /// The share of samples for validation, by default 0.
  public var validation = 0.0
  /// The random changes of pictures in training, by default none.
  public var augment = Augmentation()

  /// A data set without a part for validation.
  public init(_ kind: Kind) { self.kind = kind }

  /// The path in the recipe; nil for a data set of the catalogue.
  public var path: String? {
    switch kind {
    case .named, .configured: nil
    case .images(let path, _), .arrays(let path, _), .idx(let path, _): path
    }
  }

  /// The name, or the path.
  public var name: String {
    switch kind {
    case .named(let name), .configured(let name, _): name
    case .images(let path, _), .arrays(let path, _), .idx(let path, _): path
    }
  }

  private enum Keys: String, CodingKey { case kind, validation, augment }

  /// Reads a name alone, the form of the first versions, or all settings.
  public init(from decoder: any Decoder) throws {
    if let name = try? decoder.singleValueContainer().decode(String.self) {
      self.init(.named(name))
      return
    }
    let values = try decoder.container(keyedBy: Keys.self)
    self.init(try values.decode(Kind.self, forKey: .kind))
    validation = try values.decode(Double.self, forKey: .validation)
    augment = try values.decode(Augmentation.self, forKey: .augment)
  }

  /// Writes the name alone if there are no other settings.
  public func encode(to encoder: any Encoder) throws {
    if case .named(let name) = kind, validation == 0, augment.isEmpty {
      var value = encoder.singleValueContainer()
      try value.encode(name)
      return
    }
    var values = encoder.container(keyedBy: Keys.self)
    try values.encode(kind, forKey: .kind)
    try values.encode(validation, forKey: .validation)
    try values.encode(augment, forKey: .augment)
  }
}
