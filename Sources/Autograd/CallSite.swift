#if os(Linux)
  import Runtime

  /// Where the code that uses the library called it: a stack that is read when somebody asks.
  struct CallSite: Sendable {
    private let backtrace = try? Backtrace.capture(algorithm: .fast, limit: 64)

    /// Paths in debug information may be relative to the package.
    private static let library = "Sources/Autograd/"

    /// File and line of the innermost frame outside of this module.
    var location: String {
      let frames = backtrace?.symbolicated()?.frames ?? []
      let places = frames.lazy.compactMap { $0.symbol?.sourceLocation }.filter { !$0.path.isEmpty && $0.line > 0 }
      guard let place = places.first(where: { !$0.path.contains(Self.library) }) else {
        return "a place that is not known without debug information"
      }
      return "\(place.path):\(place.line)"
    }
  }
#else
  /// Where the code that uses the library called it. Only Linux has stacks at hand on every supported version.
  struct CallSite: Sendable {
    let location = "a place that is not known on this system"
  }
#endif
