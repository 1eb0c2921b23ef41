#pragma once
#include "zk_types.h"

/// The k largest (or smallest) elements along r of x[outer, r, inner] in order, and their positions r: values and
/// indices [outer, k, inner]. Equal elements are in order of their positions; NaN is the largest value. For floats and
/// int64; k <= extent.
bool zk_top_k(
    ZKType type, bool largest, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t k, const void *x,
    void *values, int64_t *indices);
