import Foundation

/// The labels of numbers on an axis.
enum NumberLabels {
  /// Labels with one number of decimals, the least that tells the values apart.
  ///
  /// - Parameters:
  ///   - values: the values.
  ///   - decimals: the number of decimals that is sufficient; negative if they are multiples of a power of ten.
  static func labels(_ values: [Double], decimals: Int) -> [String] {
    let size = values.map(abs).max() ?? 0
    guard size >= 1e7 || decimals > 6 else { return withoutZeros(values, max(decimals, 0)).map(grouped) }
    let exponent = size > 0 ? Int(log10(size).rounded(.down)) : 0
    guard exponent != 0 else { return withoutZeros(values, min(max(decimals, 0), 15)) }
    // The mantissas share the exponent of the largest value. The power itself may not be finite.
    let mantissas = values.map { $0 / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2)) }
    let texts = withoutZeros(mantissas, min(max(decimals + exponent, 0), 15))
    return zip(values, texts).map { value, text in value == 0 ? "0" : "\(text)e\(exponent)" }
  }

  /// The labels of 1, 2 and 5 times powers of ten: all with an exponent if one of them needs it.
  static func ofPowers(_ values: [Double]) -> [String] {
    let needsExponent = values.contains { $0 >= 1e7 || $0 < 1e-4 }
    return values.map { value in
      guard needsExponent, value < 1 || value >= 10 else { return grouped(trimmed(fixed(value, 4))) }
      let exponent = Int(log10(value * (1 + 1e-12)).rounded(.down))
      let mantissa = value / pow(10, Double(exponent / 2)) / pow(10, Double(exponent - exponent / 2))
      return "\(fixed(mantissa, 0))e\(exponent)"
    }
  }

  /// A value in a description: four significant digits.
  static func short(_ value: Double) -> String { value.isFinite ? String(format: "%.4g", value) : "a gap" }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    let text = String(format: "%.\(decimals)f", value)
    return text.hasPrefix("-") && !text.contains { "123456789".contains($0) } ? String(text.dropFirst()) : text
  }

  private static func withoutZeros(_ values: [Double], _ decimals: Int) -> [String] {
    let texts = values.map { fixed($0, decimals) }
    guard decimals > 0 else { return texts }
    let zeros = texts.map { $0.reversed().prefix { $0 == "0" }.count }.min() ?? 0
    return texts.map { String($0.dropLast(zeros >= decimals ? decimals + 1 : zeros)) }
  }

  private static func trimmed(_ text: String) -> String {
    guard text.contains(".") else { return text }
    let digits = text.reversed().drop { $0 == "0" }
    return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
  }

  /// A comma between groups of three digits.
  private static func grouped(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let (sign, digits) = parts[0].hasPrefix("-") ? ("-", parts[0].dropFirst()) : ("", parts[0])
    guard digits.count > 3 else { return text }
    let groups = stride(from: digits.count, to: 0, by: -3).reversed().map { end in
      String(digits.dropLast(digits.count - end).suffix(end < 3 ? end : 3))
    }
    return sign + groups.joined(separator: ",") + (parts.count > 1 ? ".\(parts[1])" : "")
  }
}
