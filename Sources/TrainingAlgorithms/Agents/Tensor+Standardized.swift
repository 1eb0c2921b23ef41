import Autograd

extension Tensor {
  /// The elements minus their mean, divided by their standard deviation (with N − 1 in the denominator) plus 10⁻⁸.
  func standardized() -> Tensor { (self - mean()) / (std() + 1e-8) }
}
