import Datasets

extension SettingCodec where Value == String {
  /// One line of text.
  public static var text: Self { Self("text") { (value) throws(RecipeError) in try value.text() } }
}

extension SettingCodec where Value == Int {
  static var channels: Self {
    Self("1 or 3") { (value) throws(RecipeError) in
      let number = try value.integer(atMost: 3)
      guard number != 2 else { throw value.error(.badValue, "\(value.path) is 2, expected 1 or 3") }
      return number
    }
  }

  static var byte: Self {
    Self("a whole number from 0 to 255") { (value) throws(RecipeError) in try value.integer(atLeast: 0, atMost: 255) }
  }
}

extension SettingCodec where Value == [Int] {
  /// One number for a square, or height and width.
  static var imageSize: Self {
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
  static var range: Self {
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
