#pragma once
#include "zk_window.h"

/// The greatest element under each window, in `images` images; the first of equal ones, and a NaN wherever there is one.
/// Every window must lie over an element.
///
/// `indices` gets the number of each greatest element in all of x, row-major or, within its image, column-major; it may
/// be null.
bool zk_max_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool column_major, const void *x, void *y, int64_t *indices);

/// The mean of the elements under each window, in `images` images, where padding counts as zeros or not at all. What
/// lies beyond the padding never counts.
bool zk_average_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool includes_padding, const void *x, void *y);
