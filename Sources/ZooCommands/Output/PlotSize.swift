import ArgumentParser
import Rendering

/// A size in pixels, `800x450`.
struct PlotSize: ExpressibleByArgument {
  let width, height: Int

  init?(argument: String) {
    let parts = argument.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1] else { return nil }
    guard Plot.sizes.contains(width), Plot.sizes.contains(height) else { return nil }
    (self.width, self.height) = (width, height)
  }
}
