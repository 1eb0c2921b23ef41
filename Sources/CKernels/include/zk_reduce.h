#pragma once
#include "zk_types.h"

/// What a reduction computes. `max` propagates NaN. Over nothing, sum is 0, mean is NaN and max is the type's lowest
/// value (-infinity for floats).
ZK_ENUM(ZKReduce){ZKReduceSum, ZKReduceMean, ZKReduceMax};

/// y[outer, inner] = op over r of x[outer, r, inner], for floats and (sum, max) int64.
///
/// Sums run in fixed lanes within blocks, and blocks are added up in double precision.
bool zk_reduce(ZKReduce op, ZKType type, ptrdiff_t outer, ptrdiff_t reduce, ptrdiff_t inner, const void *x, void *y);
