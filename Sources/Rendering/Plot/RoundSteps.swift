import Foundation

/// Round values at equal distances near the ends of a range.
///
/// Among steps of 1, 5, 2, 2.5, 4 and 3 times a power of ten, this chooses the sequence with the best sum of
/// simplicity, coverage and density. Source: Talbot, Lin, Hanrahan, "An Extension of Wilkinson's Algorithm for
/// Positioning Tick Labels on Axes", IEEE Transactions on Visualization and Computer Graphics 16(6), 2010, with its
/// weights 0.25, 0.2, 0.5, 0.05 and legibility 1.
struct RoundSteps {
  /// The values, in ascending order. Those at the ends may lie outside of the range.
  let values: [Double]
  /// The number of decimals that every value has.
  let decimals: Int

  /// The steps Q in tenths, the simplest first.
  private static let steps = [10, 50, 20, 25, 40, 30]
  private static let weights = (simplicity: 0.25, coverage: 0.2, density: 0.5, legibility: 0.05)
  private static let tolerance = 100 * Double.ulpOfOne

  /// A sequence that has been rated: `count` multiples of `multiple` · `step` · 10^`exponent`, from `start` on.
  private struct Candidate {
    var score = -2.0
    var (start, count, stride, step, exponent) = (0, 0, 1, 10, 0)
  }

  /// - Parameters:
  ///   - low: the least value, finite.
  ///   - high: the greatest value, greater than `low`; the difference is finite.
  ///   - count: the desired number of values, at least 2.
  init(_ low: Double, _ high: Double, count: Int) {
    let best = Self.search(low, high, Double(count))
    // In tenths of 10^exponent, as whole numbers: each value is rounded once.
    let power = best.exponent - 1
    values = (0..<best.count).map { index in
      let tenths = Double((best.start + index * best.stride) * best.step)
      return power < 0 ? tenths / pow(10, Double(-power)) : tenths * pow(10, Double(power))
    }
    decimals = -power
  }

  private static func search(_ low: Double, _ high: Double, _ wanted: Double) -> Candidate {
    var best = Candidate()
    func score(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
      weights.simplicity * simplicity + weights.coverage * coverage + weights.density * density + weights.legibility
    }
    for stride in 1... {
      for (index, step) in steps.enumerated() {
        let simplicity = 2 - Double(index) / Double(steps.count - 1) - Double(stride)
        guard score(simplicity, 1, 1) >= best.score else { return best }
        for count in 2... {
          let density = Double(count) >= wanted ? 2 - Double(count - 1) / (wanted - 1) : 1
          guard score(simplicity, 1, density) >= best.score else { break }
          let unit = Double(stride * step) / 10
          let first = Int(log10((high - low) / Double(count + 1) / unit).rounded(.up))
          for exponent in first... {
            let distance = unit * pow(10, Double(exponent))
            guard
              score(simplicity, greatestCoverage(low, high, distance * Double(count - 1)), density) >= best.score
            else { break }
            rate(low, high, wanted, stride, index, count, exponent, score, &best)
          }
        }
      }
    }
    return best
  }

  /// Rates the sequences of one distance, and keeps the best.
  private static func rate(
    _ low: Double, _ high: Double, _ wanted: Double, _ stride: Int, _ index: Int, _ count: Int, _ exponent: Int,
    _ score: (Double, Double, Double) -> Double, _ best: inout Candidate
  ) {
    let unit = Double(steps[index]) / 10 * pow(10, Double(exponent))
    let distance = unit * Double(stride)
    let least = Int((high / distance).rounded(.down)) * stride - (count - 1) * stride
    let greatest = Int((low / distance).rounded(.up)) * stride
    guard least <= greatest else { return }
    for start in least...greatest {
      let (from, to) = (Double(start) * unit, Double(start + (count - 1) * stride) * unit)
      let rest = from - (from / distance).rounded(.down) * distance
      let hasZero = (min(rest, distance - rest) < tolerance * distance) && from <= 0 && to >= 0
      let simplicity = 1 - Double(index) / Double(steps.count - 1) - Double(stride) + (hasZero ? 1 : 0)
      let (above, below) = (high - to, low - from)
      let tenth = (high - low) / 10
      let coverage = 1 - 0.5 * (above * above + below * below) / (tenth * tenth)
      let density = Double(count - 1) / (to - from)
      let ideal = (wanted - 1) / (max(to, high) - min(from, low))
      let value = score(simplicity, coverage, 2 - max(density / ideal, ideal / density))
      if value > best.score {
        best = Candidate(
          score: value, start: start, count: count, stride: stride, step: steps[index], exponent: exponent)
      }
    }
  }

  private static func greatestCoverage(_ low: Double, _ high: Double, _ span: Double) -> Double {
    let range = high - low
    guard span > range else { return 1 }
    let half = (span - range) / 2
    return 1 - half * half / (range * range / 100)
  }
}
