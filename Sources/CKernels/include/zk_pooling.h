#pragma once
#include "zk_window.h"

/// The maximum under each window, in `images` images: the first of equal ones, or NaN if there is one. Every window
/// must cover an element.
///
/// `indices` receives the index of each maximum in all of x, row-major or, within its image, column-major; it may be
/// null.
bool zk_max_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool column_major, const void *x, void *y, int64_t *indices);

/// The mean of the elements under each window, in `images` images. Padding counts as zeros or not at all. Positions
/// beyond the padding never count.
bool zk_average_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool includes_padding, const void *x, void *y);
