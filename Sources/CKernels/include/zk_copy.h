#pragma once
#include "zk_layout.h"

/// Copies between strided views: transposes, expands, slices, concatenations and pads differ in their strides alone.
///
/// `layout` has two operands, the source's strides and the destination's; `element_size` is 1, 4 or 8 bytes.
/// Pointers are to the element with index zero in every dimension (a negative step starts at its far end).
bool zk_copy(ptrdiff_t element_size, const ZKLayout *layout, const void *source, void *destination);

/// Copies `count` contiguous elements; `element_size` is 1, 4 or 8 bytes.
bool zk_copy_elements(ptrdiff_t element_size, ptrdiff_t count, const void *source, void *destination);

/// Writes `count` copies of the element at `value`; `element_size` is 1, 4 or 8 bytes.
bool zk_fill(ptrdiff_t element_size, ptrdiff_t count, const void *value, void *destination);
