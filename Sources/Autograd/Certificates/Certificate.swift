import Foundation
import GraphIR

/// The order up to which an operator's derivatives are verified.
///
/// The tests generate certificates (`script/certify`). Up to this order, ``gradcheck(_:order:eps:atol:rtol:_:)`` agrees
/// with finite differences in float64 on every example of the operator. The tests fail if a certificate no longer
/// holds, and if its order could be higher.
public struct Certificate: Codable, Hashable, Sendable {
  /// The operator.
  public let op: Op
  /// The highest verified order. 0: the operator has no derivative, and an error names it. nil: there is nothing to
  /// differentiate, because no input or no output is floating-point.
  public let order: Int?
  /// The number of calls checked at each order: shapes, attributes, optional inputs.
  public let examples: Int

  /// A certificate.
  public init(op: Op, order: Int?, examples: Int) {
    self.op = op
    self.order = order
    self.examples = examples
  }

  /// The certificates that the tests generated, by operator.
  public static let all: [Op: Certificate] = {
    do {
      let certificates = try JSONDecoder().decode([Certificate].self, from: Data(PackageResources.certificates_json))
      return Dictionary(uniqueKeysWithValues: certificates.map { ($0.op, $0) })
    } catch {
      preconditionFailure("the table of certificates is damaged: \(error)")
    }
  }()
}
