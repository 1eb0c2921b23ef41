#pragma once
#include "zk_layout.h"

/// Functions of one value, for floats; neg, abs and sign for int64 too, `not` for booleans. NaN stays NaN, except for
/// `thresholdedRelu`: it returns 0 for every value that is not above its threshold, and for NaN.
///
/// Some take parameters a and b:
/// - leakyRelu: a x where x is negative; thresholdedRelu: x where x > a, otherwise 0;
/// - hardSigmoid: a x + b, at least 0 and at most 1; hardSwish: x times that of x, with 1/6 and 1/2;
/// - elu: a (e^(b x) - 1) where x is not positive; selu: b times elu, with a and 1.
///
/// Transcendental functions come from SLEEF (1 ulp; 3.5 ulp for tanh in float) and do not depend on an element's
/// position. `round` rounds halves to even.
ZK_ENUM(ZKUnary){
    ZKUnaryNeg,      ZKUnaryAbs,   ZKUnarySign,  ZKUnarySqrt,        ZKUnaryReciprocal, ZKUnaryRelu, ZKUnaryLeakyRelu,
    ZKUnaryFloor,    ZKUnaryCeil,  ZKUnaryRound, ZKUnaryHardSigmoid, ZKUnaryHardSwish,
    ZKUnarySoftsign, ZKUnaryThresholdedRelu,
#define ROW(name, Name, ...) ZKUnary##Name,
#include "zk_transcendental.def"
#undef ROW
    ZKUnaryNot,
};

/// Functions of two values of one type. `max` and `min` propagate NaN. `and`, `or` and `xor` are for booleans, the
/// others for floats, and all but div for int64 too.
///
/// - `prelu`: a where a >= 0, otherwise a b.
/// - `mod`, for int64 only: the remainder with b's sign, as in Python; `fmod`: with a's sign, as in C. Both are 0 if b
///   is the integer 0.
/// - `pow` of int64: 0 if a negative exponent results in a fraction.
ZK_ENUM(ZKBinary){
    ZKBinaryAdd, ZKBinarySub, ZKBinaryMul, ZKBinaryDiv,  ZKBinaryPow,   ZKBinaryMax, ZKBinaryMin,
    ZKBinaryMod, ZKBinaryFmod, ZKBinaryPrelu, ZKBinaryAnd, ZKBinaryOr, ZKBinaryXor,
};

/// Comparisons of two values of one type; the result is boolean.
ZK_ENUM(ZKCompare){ZKCompareEqual, ZKCompareGreater, ZKCompareGreaterOrEqual, ZKCompareLess, ZKCompareLessOrEqual};

/// y[i] = op(x[i]) over `count` elements; a and b are the function's parameters, if it has any.
bool zk_unary(ZKUnary op, ZKType type, double a, double b, ptrdiff_t count, const void *x, void *y);

/// The name in its row of zk_transcendental.def; null for another function. `op` is at most ZKUnaryNot.
const char *zk_transcendental_name(ZKUnary op);

/// y[i] = min(max(x[i], *low), *high) over `count` elements; NaN stays NaN, and a null pointer means no bound.
bool zk_clip(ZKType type, ptrdiff_t count, const void *x, const void *low, const void *high, void *y);

/// Whether x[i] is NaN, for floats.
bool zk_is_nan(ZKType type, ptrdiff_t count, const void *x, void *y);

/// Whether x[i] is infinite, for floats: positive infinity counts if `positive`, negative infinity if `negative`.
bool zk_is_inf(ZKType type, bool positive, bool negative, ptrdiff_t count, const void *x, void *y);

/// out = op(a, b) over a layout of two broadcast operands.
bool zk_binary(ZKBinary op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out);

/// out = op(a, b), boolean, over a layout of two broadcast operands.
bool zk_compare(ZKCompare op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out);

/// out = condition ? a : b over a layout of three broadcast operands; `element_size` is 1, 4 or 8 bytes.
bool zk_where(
    ptrdiff_t element_size, const ZKLayout *layout, const void *condition, const void *a, const void *b, void *out);

/// The derivative of LeakyReLU: y[i] = x[i] > 0 ? g[i] : alpha * g[i] over `count` elements.
bool zk_leaky_relu_grad(ZKType type, double alpha, ptrdiff_t count, const void *g, const void *x, void *y);

/// Converts `count` elements. Floats are truncated toward zero; any nonzero value, including NaN, is true. A float out
/// of int64's range becomes the nearest int64, and NaN becomes 0.
bool zk_cast(ZKType from, ZKType to, ptrdiff_t count, const void *x, void *y);
