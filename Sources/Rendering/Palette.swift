/// The colours of a GIF, at most 256. A new colour gets the next free index, or the index of the nearest colour if none
/// is free.
///
/// This suits drawings: they have few colours, and the first picture has most of them.
struct Palette {
  private(set) var colors: [Color] = []
  private var indices: [Color: UInt8] = [:]

  /// The index of a colour.
  mutating func index(of color: Color) -> UInt8 {
    if let index = indices[color] { return index }
    let index: Int
    if colors.count < 256 {
      index = colors.count
      colors.append(color)
    } else {
      index = colors.indices.min { colors[$0].distance(to: color) < colors[$1].distance(to: color) } ?? 0
    }
    indices[color] = UInt8(index)
    return UInt8(index)
  }
}
