import Autograd

extension Tensor {
  /// The elements less their mean, over their deviation (with N − 1 in the denominator) and 10⁻⁸.
  func standardized() -> Tensor { (self - mean()) / (std() + 1e-8) }
}
