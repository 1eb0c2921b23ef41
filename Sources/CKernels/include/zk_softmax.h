#pragma once
#include "zk_types.h"

/// What is made of the exponentials of a line.
ZK_ENUM(ZKSoftmax){ZKSoftmaxSoftmax, ZKSoftmaxLogSoftmax, ZKSoftmaxLogSumExp};

/// Softmax or its logarithm along r of x[outer, r, inner], y of x's shape; or log Σ eˣ, y[outer, inner]. For floats.
///
/// The greatest number of a line is taken off before exponentials, so that none overflows. Sums run in a fixed order
/// and are joined in double precision. A line may be of no numbers for log Σ eˣ alone, which is -infinity then.
bool zk_softmax(ZKSoftmax op, ZKType type, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x, void *y);
