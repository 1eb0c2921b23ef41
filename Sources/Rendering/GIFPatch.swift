import Pictures

/// The change from one picture of a GIF to the next: a rectangle of indices into the palette.
struct GIFPatch {
  let left, top, width, height: Int
  /// Shape [height, width].
  var indices: [UInt8]

  /// The smallest rectangle that contains all differences between two pictures of one size. It is a single pixel if the
  /// pictures are equal, and the whole picture if there is no previous one.
  init(_ picture: Picture, since previous: Picture?, palette: inout Palette) {
    let area = Self.changed(picture, previous)
    (left, top, width, height) = (area.columns.lowerBound, area.rows.lowerBound, area.columns.count, area.rows.count)
    indices = []
    indices.reserveCapacity(width * height)
    // Most pixels equal their neighbours, and need no lookup.
    var last: (color: Color, index: UInt8)?
    for row in area.rows {
      for column in area.columns {
        let color = picture.color(row: row, column: column)
        if last?.color != color {
          last = (color, palette.index(of: color))
        }
        indices.append(last?.index ?? 0)
      }
    }
  }

  private static func changed(_ picture: Picture, _ previous: Picture?) -> (rows: Range<Int>, columns: Range<Int>) {
    guard let previous else { return (0..<picture.height, 0..<picture.width) }
    precondition(
      (picture.width, picture.height, picture.channels) == (previous.width, previous.height, previous.channels),
      "the pictures of a GIF are of one size")
    let (new, old) = (picture.pixels, previous.pixels)
    let length = picture.width * picture.channels
    var rows = 0..<0
    var bytes = 0..<0
    for row in 0..<picture.height {
      let start = row * length
      let isDifferent = { new[start + $0] != old[start + $0] }
      guard let first = (0..<length).first(where: isDifferent), let last = (0..<length).last(where: isDifferent) else {
        continue
      }
      rows = (rows.isEmpty ? row : rows.lowerBound)..<row + 1
      bytes = bytes.isEmpty ? first..<last + 1 : min(bytes.lowerBound, first)..<max(bytes.upperBound, last + 1)
    }
    guard !rows.isEmpty else { return (0..<1, 0..<1) }
    return (rows, bytes.lowerBound / picture.channels..<(bytes.upperBound - 1) / picture.channels + 1)
  }
}
