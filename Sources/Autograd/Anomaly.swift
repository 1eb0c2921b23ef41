import GraphIR
import Synchronization

/// Whether computations are watched for numbers that are not.
public enum AnomalyMode {
  @TaskLocal static var watch: AnomalyWatch?

  /// Whether the current task is inside of ``detectAnomaly(_:)``.
  public static var isEnabled: Bool { watch != nil }
}

/// Runs `body` and throws where a NaN came up in it, forward or backward.
///
/// The error names the first operator that made one, its node, the order of the derivative that it was computed for (0 is the
/// forward computation), the operator that was differentiated, and the call (file and line) in the code that uses the library.
/// The stack is recorded and the result read at every call, which is slow: a tool to find a bug with.
///
/// Source: `torch.autograd.detect_anomaly`, which looks at derivatives only.
///
/// - Throws: ``AutogradError`` with code `anomaly`; what `body` throws before any NaN.
public func detectAnomaly<Result>(_ body: () throws -> Result) throws -> Result {
  let watch = AnomalyWatch(findings: AnomalyFindings())
  return try AnomalyMode.$watch.withValue(watch) {
    // Methods of tensors don't throw. So a NaN in one is noted, and it is the reason for whatever comes after.
    let result = Swift.Result { try body() }
    try watch.findings.throwFirst()
    return try result.get()
  }
}

/// Where a node of the tape comes from.
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

/// What was found inside of one ``detectAnomaly(_:)``.
final class AnomalyFindings: Sendable {
  private let state = Mutex<(calls: Int, first: AutogradError?)>((0, nil))

  /// The number of the next call.
  func count() -> Int {
    state.withLock { state in
      state.calls += 1
      return state.calls
    }
  }

  /// Notes the message of a NaN if it is the first.
  func add(_ message: () -> String) {
    guard state.withLock({ $0.first == nil }) else { return }
    let error = AutogradError(.anomaly, message())
    state.withLock { $0.first = $0.first ?? error }
  }

  /// - Throws: the first NaN.
  func throwFirst() throws { if let first = state.withLock({ $0.first }) { throw first } }
}

/// What is being computed while NaNs are watched for.
struct AnomalyWatch: Sendable {
  let findings: AnomalyFindings
  /// The order of the derivative; 0 is the forward computation.
  var order = 0
  /// The node of the graph that is being run.
  var graphNode: String?
  /// The call that is being differentiated.
  var differentiated: (name: String, origin: CallOrigin?)?

  /// Looks at what a call made, and says where the call was.
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
        message += "; its input \(input) came with a NaN"
      }
      return message
    }
    return origin
  }
}

extension AnomalyMode {
  /// Looks at what a call made, and says where the call was; nil outside of the mode.
  static func check(_ name: String, inputs: [TensorValue?], outputs: [Tensor.Payload]) -> CallOrigin? {
    watch?.check(name, inputs: inputs, outputs: outputs)
  }

  /// Runs the derivative of `node`, which is of one order more than the node.
  ///
  /// - Throws: the first NaN; what `body` throws.
  static func differentiate(_ node: TapeNode, _ body: () throws -> Void) throws {
    guard var watch else { return try body() }
    watch.order = (node.origin?.order ?? 0) + 1
    watch.graphNode = nil
    watch.differentiated = (node.name, node.origin)
    try $watch.withValue(watch, operation: body)
    try watch.findings.throwFirst()
  }

  /// Runs what computes a node again in order to differentiate it: of the node's own order.
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
  /// The numbers, if there are any.
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
