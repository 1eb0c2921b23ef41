extension GradientPenalty: Codable {
  private enum CodingKeys: String, CodingKey { case at, target, sided, reduction, inputs, output, p, eps }

  /// Reads a penalty; omitted settings have their defaults. An infinite `p` is the text `inf`.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init()
    at = try values.decodeIfPresent(Points.self, forKey: .at) ?? at
    target = try values.decodeIfPresent(Double.self, forKey: .target) ?? target
    sided = try values.decodeIfPresent(Side.self, forKey: .sided) ?? sided
    reduction = try values.decodeIfPresent(Reduction.self, forKey: .reduction) ?? reduction
    inputs = try values.decodeIfPresent(Inputs.self, forKey: .inputs) ?? inputs
    output = try values.decodeIfPresent(Output.self, forKey: .output) ?? output
    let isInfinite = (try? values.decodeIfPresent(String.self, forKey: .p)) == "inf"
    p = isInfinite ? .infinity : try values.decodeIfPresent(Double.self, forKey: .p) ?? p
    eps = try values.decodeIfPresent(Double.self, forKey: .eps) ?? eps
  }

  /// Writes the format of ``init(from:)``.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(at, forKey: .at)
    try values.encode(target, forKey: .target)
    try values.encode(sided, forKey: .sided)
    try values.encode(reduction, forKey: .reduction)
    try values.encode(inputs, forKey: .inputs)
    try values.encode(output, forKey: .output)
    if p == .infinity { try values.encode("inf", forKey: .p) } else { try values.encode(p, forKey: .p) }
    try values.encode(eps, forKey: .eps)
  }
}
