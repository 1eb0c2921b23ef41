#if os(Linux)
  import Runtime

  /// The place of a call in the user's code: a stack that is symbolicated on request.
  struct CallSite: Sendable {
    private let backtrace = try? Backtrace.capture(algorithm: .fast, limit: 64)

    /// Paths in debug information may be relative to the package.
    private static let library = "Sources/Autograd/"

    /// File and line of the innermost frame outside of this module.
    var location: String {
      let frames = backtrace?.symbolicated()?.frames ?? []
      let places = frames.lazy.compactMap { $0.symbol?.sourceLocation }.filter { !$0.path.isEmpty && $0.line > 0 }
      guard let place = places.first(where: { !$0.path.contains(Self.library) }) else {
        return "an unknown place (no debug information)"
      }
      return "\(place.path):\(place.line)"
    }
  }
#else
  /// The place of a call in the user's code. Only Linux provides stacks on every supported version.
  struct CallSite: Sendable {
    let location = "an unknown place (no stacks on this system)"
  }
#endif
