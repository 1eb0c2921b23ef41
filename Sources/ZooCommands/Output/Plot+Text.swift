import Foundation
import Rendering

extension Plot {
  /// The lines of the plot as text, in colours if standard output is a terminal and `NO_COLOR` is not set.
  ///
  /// - Parameters:
  ///   - width: the characters of a line.
  ///   - height: the lines of each panel; 12 by default.
  func text(width: Int, height: Int = 12) -> [String] {
    let forbids = ProcessInfo.processInfo.environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let usesColor = Terminal.output.isTerminal && !forbids
    return BraillePlot(self, width: width, height: height, usesColor: usesColor).lines
  }
}
