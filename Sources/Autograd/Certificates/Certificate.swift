import Foundation
import GraphIR

/// To which order an operator's derivatives are known to be right.
///
/// Certificates are made by the tests (`script/certify`): each order is the one up to which ``gradcheck(_:order:eps:atol:rtol:_:)``
/// agrees with finite differences in float64 on every example of the operator. The tests fail where a certificate no longer
/// holds, and where it could be higher.
public struct Certificate: Codable, Hashable, Sendable {
  /// The operator.
  public let op: Op
  /// The highest order that was checked; 0 where the operator has no derivative and an error says so by name; nil where there
  /// is nothing to differentiate: no floating-point input, or no such output.
  public let order: Int?
  /// How many calls were checked at each order: shapes, attributes, optional inputs.
  public let examples: Int

  /// A certificate.
  public init(op: Op, order: Int?, examples: Int) {
    self.op = op
    self.order = order
    self.examples = examples
  }

  /// The certificates that the tests made, by operator.
  public static let all: [Op: Certificate] = {
    do {
      let certificates = try JSONDecoder().decode([Certificate].self, from: Data(PackageResources.certificates_json))
      return Dictionary(uniqueKeysWithValues: certificates.map { ($0.op, $0) })
    } catch {
      preconditionFailure("the table of certificates is damaged: \(error)")
    }
  }()
}
