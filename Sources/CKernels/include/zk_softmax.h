#pragma once
#include "zk_types.h"

/// The output computed from the exponentials of a line.
ZK_ENUM(ZKSoftmax){ZKSoftmaxSoftmax, ZKSoftmaxLogSoftmax, ZKSoftmaxLogSumExp};

/// Softmax or its logarithm along r of x[outer, r, inner], y of x's shape; or log Σ eˣ, y[outer, inner]. For floats.
///
/// The maximum of a line is subtracted before the exponentials, so none overflows. Sums run in a fixed order and are
/// combined in double precision. Only log Σ eˣ accepts an empty line. It is -infinity then.
bool zk_softmax(ZKSoftmax op, ZKType type, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x, void *y);
