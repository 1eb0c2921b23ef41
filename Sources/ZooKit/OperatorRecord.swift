import Autograd
import GraphRuntime
import GraphIR

/// What there is to know of an operator of the vocabulary.
public struct OperatorRecord: Sendable, Codable, Hashable {
  /// ONNX's name.
  public let name: String
  /// The domain: empty for ONNX's own operators, `zoo` for ours, which are exported as plain ONNX.
  public let domain: String
  /// The version of the operator set that gave it its meaning.
  public let since: Int
  /// The element types that it computes on.
  public let types: [String]
  /// Whether a fast kernel runs it. Others run as compositions of operators that have one, or on plain loops.
  public let hasFastKernel: Bool
  /// Up to which order its derivatives are certified: nil where there is nothing to differentiate, 0 where a derivative is
  /// refused by name.
  public let certifiedOrder: Int?
  /// How many calls the certificate rests on.
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
