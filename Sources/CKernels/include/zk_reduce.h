#pragma once
#include "zk_types.h"

/// The function of a reduction. Extrema propagate NaN. Without elements, the sum is 0, the product is 1, the mean is
/// NaN, and an extremum is the opposite limit of the type (-infinity for a maximum of floats).
ZK_ENUM(ZKReduce){ZKReduceSum, ZKReduceMean, ZKReduceSumSquare, ZKReduceL1, ZKReduceProd, ZKReduceMax, ZKReduceMin};

/// y[outer, inner] = op over r of x[outer, r, inner], for floats, int64 (all but mean) and bool (extrema).
///
/// Sums and products run in fixed lanes within blocks, and blocks are combined in double precision.
bool zk_reduce(ZKReduce op, ZKType type, ptrdiff_t outer, ptrdiff_t reduce, ptrdiff_t inner, const void *x, void *y);
