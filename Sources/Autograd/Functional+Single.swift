// The products have one form, but a common function would lose the labels of their results.

/// ``vjp(_:_:_:createGraph:strict:)->([Tensor],_)`` of a function of one tensor.
///
/// - Throws: as that does.
public func vjp(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, _ vector: Tensor? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (output: Tensor, vjp: Tensor) {
  let (outputs, products) = try vjp(
    { [try function($0[0])] }, [input], vector.map { [$0] }, createGraph: createGraph, strict: strict)
  return (outputs[0], products[0])
}

/// ``jvp(_:_:_:createGraph:strict:)->([Tensor],_)`` of a function of one tensor.
///
/// - Throws: as that does.
public func jvp(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, _ vector: Tensor? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (output: Tensor, jvp: Tensor) {
  let (outputs, products) = try jvp(
    { [try function($0[0])] }, [input], vector.map { [$0] }, createGraph: createGraph, strict: strict)
  return (outputs[0], products[0])
}

/// ``hvp(_:_:_:createGraph:strict:)->([Tensor],_)`` of a function of one tensor.
///
/// - Throws: as that does.
public func hvp(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, _ vector: Tensor? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (output: Tensor, hvp: Tensor) {
  let (outputs, products) = try hvp(
    { [try function($0[0])] }, [input], vector.map { [$0] }, createGraph: createGraph, strict: strict)
  return (outputs[0], products[0])
}

/// ``vhp(_:_:_:createGraph:strict:)->([Tensor],_)`` of a function of one tensor.
///
/// - Throws: as that does.
public func vhp(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, _ vector: Tensor? = nil, createGraph: Bool = false,
  strict: Bool = false
) throws -> (output: Tensor, vhp: Tensor) {
  let (outputs, products) = try vhp(
    { [try function($0[0])] }, [input], vector.map { [$0] }, createGraph: createGraph, strict: strict)
  return (outputs[0], products[0])
}

/// ``jacobian(_:_:createGraph:strict:)->[[Tensor]]`` of a function of one tensor: the output's shape, then the
/// input's.
///
/// - Throws: as that does.
public func jacobian(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, createGraph: Bool = false, strict: Bool = false
) throws -> Tensor {
  try jacobian({ [try function($0[0])] }, [input], createGraph: createGraph, strict: strict)[0][0]
}

/// ``hessian(_:_:createGraph:strict:)->[[Tensor]]`` of a function of one tensor: the input's shape, twice.
///
/// - Throws: as that does.
public func hessian(
  _ function: (Tensor) throws -> Tensor, _ input: Tensor, createGraph: Bool = false, strict: Bool = false
) throws -> Tensor {
  try hessian({ [try function($0[0])] }, [input], createGraph: createGraph, strict: strict)[0][0]
}
