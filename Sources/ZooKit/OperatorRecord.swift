import Autograd
import GraphRuntime
import GraphIR

/// The properties of an operator.
public struct OperatorRecord: Sendable, Codable, Hashable {
  /// The name in ONNX.
  public let name: String
  /// The domain: empty for ONNX's own operators, `zoo` for zoo's, which are exported as plain ONNX.
  public let domain: String
  /// The version of the operator set that defines the operator's current meaning.
  public let since: Int
  /// The supported element types.
  public let types: [String]
  /// Whether a fast kernel runs it. Other operators run as compositions of operators with one, or in plain loops.
  public let hasFastKernel: Bool
  /// The order up to which its derivatives are certified: nil if there is nothing to differentiate, 0 if a derivative
  /// is an error that names the operator.
  public let certifiedOrder: Int?
  /// The number of examples behind the certificate.
  public let examples: Int

  /// All operators, ONNX's first, in alphabetical order.
  public static let all: [OperatorRecord] = Op.allCases.map(OperatorRecord.init).sorted {
    ($0.domain, $0.name) < ($1.domain, $1.name)
  }

  private init(_ op: Op) {
    let signature = op.definition.signature
    let certificate = Certificate.all[op]
    name = op.rawValue
    domain = signature.domain
    since = signature.sinceVersion
    let types = Set((signature.inputs + signature.outputs).flatMap(\.types))
    self.types = DataType.allCases.filter(types.contains).map(\.rawValue)
    hasFastKernel = KernelTable.hasKernel(op)
    certifiedOrder = certificate?.order
    examples = certificate?.examples ?? 0
  }
}
