import Pictures

extension Picture {
  /// A pixel's colour, also of a grayscale picture.
  func color(row: Int, column: Int) -> Color {
    let index = (row * width + column) * channels
    return channels == 3
      ? Color(pixels[index], pixels[index + 1], pixels[index + 2]) : Color(pixels[index], pixels[index], pixels[index])
  }
}
