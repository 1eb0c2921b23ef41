#pragma once
#include "zk_types.h"

/// The combination of an element and its update. Maximum and minimum propagate NaN.
ZK_ENUM(ZKScatter){ZKScatterNone, ZKScatterAdd, ZKScatterMul, ZKScatterMax, ZKScatterMin};

/// Converts `count` index vectors of `depth` elements to offsets in a row-major tensor of shape `extents`; an index
/// from -extent to -1 counts from the end.
///
/// Returns the position of the first index that is out of range, or -1.
ptrdiff_t zk_index_offsets(
    ptrdiff_t count, ptrdiff_t depth, const ptrdiff_t *extents, const int64_t *indices, int64_t *offsets);

/// y[b, i, :] = x[b, indices[b * index_stride + i], :] for b < batch and i < count, with rows of `width` elements, of
/// which x has `extent` in a batch. Indices are not negative.
bool zk_gather(
    ptrdiff_t element_size, ptrdiff_t batch, ptrdiff_t extent, ptrdiff_t width, ptrdiff_t count, ptrdiff_t index_stride,
    const int64_t *indices, const void *x, void *y);

/// y[indices[i], :] = op(y[indices[i], :], updates[i, :]) for i < count, in order, with rows of `width` elements.
/// Indices are not negative.
void zk_scatter(
    ZKScatter op, ZKType type, ptrdiff_t width, ptrdiff_t count, const int64_t *indices, const void *updates, void *y);

/// The space of indices for single elements, [outer, count, inner], and the layout of the data in it. The outer
/// dimensions have strides of their own.
typedef struct ZKElements {
  ptrdiff_t outer_rank;
  const ptrdiff_t *outer_dims, *outer_strides;
  ptrdiff_t outer, count, inner;
  /// The stride of the data along the indexed axis.
  ptrdiff_t stride;
} ZKElements;

/// y[o, i, k] = x[o, indices[o, i, k], k]; indices are not negative.
bool zk_gather_elements(
    ptrdiff_t element_size, const ZKElements *space, const int64_t *indices, const void *x, void *y);

/// y[o, indices[o, i, k], k] = op(y[…], updates[o, i, k]) in order of i; indices are not negative.
void zk_scatter_elements(
    ZKScatter op, ZKType type, const ZKElements *space, const int64_t *indices, const void *updates, void *y);
