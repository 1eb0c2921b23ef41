// The parts that convolution and pooling share.
#pragma once
#include "Internal.h"
#include "include/zk_window.h"

/// The number of elements of all axes together.
ZK_INLINE ptrdiff_t zk_volume(const ptrdiff_t extents[ZKMaxSpatial]) { return extents[0] * extents[1] * extents[2]; }

/// The input under position k of the window for output 0.
ZK_INLINE ptrdiff_t zk_window_start(const ZKWindow *w, int axis, ptrdiff_t k) {
  return k * w->dilation[axis] - w->before[axis];
}

/// The outputs first..<end of an axis for which position k of the window lies over the input.
ZK_INLINE void zk_window_reach(const ZKWindow *w, int axis, ptrdiff_t k, ptrdiff_t *first, ptrdiff_t *end) {
  const ptrdiff_t stride = w->stride[axis], start = zk_window_start(w, axis, k), last = w->input[axis] - 1 - start;
  *first = start < 0 ? (-start + stride - 1) / stride : 0;
  *end = last < 0 ? 0 : zk_min(last / stride + 1, w->output[axis]);
  if (*end < *first) *first = *end = 0;
}

/// The positions first..<end of the window that lie over the input for one of the outputs from..to.
ZK_INLINE void zk_window_positions(
    const ZKWindow *w, int axis, ptrdiff_t from, ptrdiff_t to, ptrdiff_t *first, ptrdiff_t *end) {
  const ptrdiff_t dilation = w->dilation[axis], room = w->before[axis] - to * w->stride[axis];
  const ptrdiff_t last = w->input[axis] - 1 + w->before[axis] - from * w->stride[axis];
  *first = room > 0 ? (room + dilation - 1) / dilation : 0;
  *end = last < 0 ? 0 : zk_min(last / dilation + 1, w->kernel[axis]);
}
