import GraphIR
import Synchronization

/// The mode that watches computations for NaN.
public enum AnomalyMode {
  @TaskLocal static var watch: AnomalyWatch?

  /// Whether the current task is inside of ``detectAnomaly(_:)``.
  public static var isEnabled: Bool { watch != nil }
}

/// Runs `body` and throws an error if it produces a NaN, forward or backward.
///
/// The error names the first operator that produced a NaN, its node, and the order of the derivative (0 is the forward
/// computation). It also names the differentiated operator and the calling line (file and line) outside of the library.
/// Every call records the stack and reads its results. This is slow: use it to find a bug.
///
/// Source: `torch.autograd.detect_anomaly`, which checks derivatives only.
///
/// - Throws: ``AutogradError`` with code `anomaly`; errors of `body` before any NaN.
public func detectAnomaly<Result>(_ body: () throws -> Result) throws -> Result {
  let watch = AnomalyWatch(findings: AnomalyFindings())
  return try AnomalyMode.$watch.withValue(watch) {
    // Methods of tensors don't throw, so a NaN in one is recorded. It takes precedence over an error that follows it.
    let result = Swift.Result { try body() }
    try watch.findings.throwFirst()
    return try result.get()
  }
}

/// The origin of a node of the tape.
struct CallOrigin: Sendable, CustomStringConvertible {
  /// The number of the call since the mode was entered.
  let number: Int
  /// The order of the derivative that it belongs to.
  let order: Int
  /// The node of the graph that was run, if one was.
  let graphNode: String?
  let site = CallSite()

  var description: String { (graphNode.map { "node '\($0)'" } ?? "node \(number)") + ", called at \(site.location)" }
}

/// The findings of one ``detectAnomaly(_:)``.
final class AnomalyFindings: Sendable {
  private let state = Mutex<(calls: Int, first: AutogradError?)>((0, nil))

  /// The number of the next call.
  func count() -> Int {
    state.withLock { state in
      state.calls += 1
      return state.calls
    }
  }

  /// Records the message of a NaN if it is the first.
  func add(_ message: () -> String) {
    guard state.withLock({ $0.first == nil }) else { return }
    let error = AutogradError(.anomaly, message())
    state.withLock { $0.first = $0.first ?? error }
  }

  /// - Throws: the first NaN.
  func throwFirst() throws { if let first = state.withLock({ $0.first }) { throw first } }
}

/// The state of a computation that is watched for NaN.
struct AnomalyWatch: Sendable {
  let findings: AnomalyFindings
  /// The order of the derivative; 0 is the forward computation.
  var order = 0
  /// The node of the graph that is being run.
  var graphNode: String?
  /// The call that is being differentiated.
  var differentiated: (name: String, origin: CallOrigin?)?

  /// Checks the outputs of a call for NaN, and returns the origin of the call.
  func check(_ name: String, inputs: [TensorValue?], outputs: [Tensor.Payload]) -> CallOrigin {
    let origin = CallOrigin(number: findings.count(), order: order, graphNode: graphNode)
    guard let output = outputs.firstIndex(where: { $0.value?.hasNaN == true }) else { return origin }
    findings.add {
      var message = "the first NaN is output \(output) of \(name), \(origin), at order \(order)"
      if let differentiated {
        let place = differentiated.origin?.description ?? "which was recorded outside of detectAnomaly {}"
        message += ", in the derivative of \(differentiated.name), \(place)"
      }
      if let input = inputs.firstIndex(where: { $0?.hasNaN == true }) {
        message += "; its input \(input) contains a NaN"
      }
      return message
    }
    return origin
  }
}

extension AnomalyMode {
  /// Checks the outputs of a call for NaN, and returns the origin of the call; nil outside of the mode.
  static func check(_ name: String, inputs: [TensorValue?], outputs: [Tensor.Payload]) -> CallOrigin? {
    watch?.check(name, inputs: inputs, outputs: outputs)
  }

  /// Runs the derivative of `node`. Its order is the node's plus one.
  ///
  /// - Throws: the first NaN; errors of `body`.
  static func differentiate(_ node: TapeNode, _ body: () throws -> Void) throws {
    guard var watch else { return try body() }
    watch.order = (node.origin?.order ?? 0) + 1
    watch.graphNode = nil
    watch.differentiated = (node.name, node.origin)
    try $watch.withValue(watch, operation: body)
    try watch.findings.throwFirst()
  }

  /// Recomputes a node in order to differentiate it. The order is the node's own.
  static func recompute<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard var watch else { return try body() }
    watch.order -= 1
    return try $watch.withValue(watch, operation: body)
  }

  /// Runs a node of a graph.
  static func run<Result>(_ node: Node, _ body: () throws -> Result) rethrows -> Result {
    guard var watch else { return try body() }
    watch.graphNode = node.name
    return try $watch.withValue(watch, operation: body)
  }
}

extension Tensor.Payload {
  /// The value; nil for a symbol or a freed tensor.
  var value: TensorValue? {
    guard case .value(let value) = self else { return nil }
    return value
  }
}

extension TensorValue {
  /// Whether an element is NaN.
  fileprivate var hasNaN: Bool {
    switch dtype {
    case .float32: withElements(of: Float.self) { $0.contains(where: \.isNaN) }
    case .float64: withElements(of: Double.self) { $0.contains(where: \.isNaN) }
    case .int64, .bool: false
    }
  }
}
