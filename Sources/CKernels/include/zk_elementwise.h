#pragma once
#include "zk_layout.h"

/// Functions of one number, for floats; neg, abs and sign for int64 too, `not` for booleans. NaN stays NaN.
/// `leakyRelu` takes its slope for negative numbers in `alpha`.
///
/// exp, log, tanh, sigmoid and softplus come from SLEEF (1 ulp; 3.5 ulp for tanh in float) and do not depend on an
/// element's position.
ZK_ENUM(ZKUnary){
    ZKUnaryNeg,       ZKUnaryAbs, ZKUnarySign, ZKUnarySqrt, ZKUnaryReciprocal, ZKUnaryRelu,
    ZKUnaryLeakyRelu, ZKUnaryExp, ZKUnaryLog,  ZKUnaryTanh, ZKUnarySigmoid,    ZKUnarySoftplus,
    ZKUnaryNot,
};

/// Functions of two numbers of one type. `max` and `min` propagate NaN. `and`, `or` and `xor` are for booleans,
/// the others for floats, and add, sub, mul, max and min for int64 too.
ZK_ENUM(ZKBinary){
    ZKBinaryAdd, ZKBinarySub, ZKBinaryMul, ZKBinaryDiv, ZKBinaryPow, ZKBinaryMax,
    ZKBinaryMin, ZKBinaryAnd, ZKBinaryOr,  ZKBinaryXor,
};

/// Comparisons of two numbers of one type; the result is boolean.
ZK_ENUM(ZKCompare){ZKCompareEqual, ZKCompareGreater, ZKCompareGreaterOrEqual, ZKCompareLess, ZKCompareLessOrEqual};

/// y[i] = op(x[i]) over `count` elements.
bool zk_unary(ZKUnary op, ZKType type, double alpha, ptrdiff_t count, const void *x, void *y);

/// out = op(a, b) over a layout of two broadcast operands.
bool zk_binary(ZKBinary op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out);

/// out = op(a, b), boolean, over a layout of two broadcast operands.
bool zk_compare(ZKCompare op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out);

/// out = condition ? a : b over a layout of three broadcast operands; `element_size` is 1, 4 or 8 bytes.
bool zk_where(
    ptrdiff_t element_size, const ZKLayout *layout, const void *condition, const void *a, const void *b, void *out);

/// The derivative of LeakyReLU: y[i] = x[i] > 0 ? g[i] : alpha * g[i] over `count` elements.
bool zk_leaky_relu_grad(ZKType type, double alpha, ptrdiff_t count, const void *g, const void *x, void *y);

/// Converts `count` elements. Floats truncate toward zero, any nonzero number (NaN too) is true.
/// A float out of int64's range becomes the nearest number in it, a NaN 0.
bool zk_cast(ZKType from, ZKType to, ptrdiff_t count, const void *x, void *y);
