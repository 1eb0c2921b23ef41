#pragma once
#include "zk_types.h"

/// The cumulative sum along r of x[outer, r, inner], for floats (in double precision) and int64. `exclusive` omits an
/// element from its own sum; `reverse` starts from the last.
bool zk_cumulative_sum(
    ZKType type, bool exclusive, bool reverse, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x,
    void *y);

/// The first (or last) r at which x[outer, r, inner] equals extremum[outer, inner], where NaN equals NaN; for floats
/// and int64. The extremum must occur.
bool zk_position(
    ZKType type, bool last, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x, const void *extremum,
    int64_t *y);
