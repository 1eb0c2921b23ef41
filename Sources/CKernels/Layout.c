#include "Internal.h"

bool zk_layout_begin(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims) {
  if (rank > ZKMaxRank) return false;
  layout->rank = (int32_t)rank;
  layout->operands = 0;
  layout->count = 1;
  for (ptrdiff_t d = 0; d < rank; d++) {
    layout->dims[d] = dims[d];
    layout->count *= dims[d];
  }
  return true;
}

bool zk_layout_broadcast(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims) {
  if (rank > layout->rank) return false;
  ptrdiff_t *strides = layout->strides[layout->operands++], stride = 1, missing = layout->rank - rank;
  for (ptrdiff_t d = layout->rank - 1; d >= 0; d--) {
    ptrdiff_t size = d < missing ? 1 : dims[d - missing];
    if (size != 1 && size != layout->dims[d]) return false;
    strides[d] = size == 1 ? 0 : stride;
    stride *= size;
  }
  return true;
}

void zk_layout_strided(ZKLayout *layout, const ptrdiff_t *strides) {
  memcpy(layout->strides[layout->operands++], strides, (size_t)layout->rank * sizeof *strides);
}

bool zk_layout_transpose(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims, const ptrdiff_t *order) {
  if (rank > ZKMaxRank) return false;
  ptrdiff_t source[ZKMaxRank], count = 1, stride = 1;
  for (ptrdiff_t d = rank - 1; d >= 0; d--) {
    source[d] = count;
    count *= dims[d];
  }
  layout->rank = (int32_t)rank;
  layout->operands = 2;
  layout->count = count;
  for (ptrdiff_t d = rank - 1; d >= 0; d--) {
    const ptrdiff_t from = order ? order[d] : rank - 1 - d;
    layout->dims[d] = dims[from];
    layout->strides[0][d] = source[from];
    layout->strides[1][d] = stride;
    stride *= dims[from];
  }
  zk_layout_end(layout);
  return true;
}

void zk_layout_end(ZKLayout *layout) {
  int last = -1;
  for (int d = 0; d < layout->rank; d++) {
    if (layout->dims[d] == 1) continue;
    bool merges = last >= 0;
    for (int o = 0; o < layout->operands && merges; o++)
      merges = layout->strides[o][last] == layout->strides[o][d] * layout->dims[d];
    if (merges) {
      layout->dims[last] *= layout->dims[d];
    } else {
      layout->dims[++last] = layout->dims[d];
    }
    for (int o = 0; o < layout->operands; o++) layout->strides[o][last] = layout->strides[o][d];
  }
  if (last < 0) {  // a single element
    layout->dims[0] = 1;
    for (int o = 0; o < layout->operands; o++) layout->strides[o][0] = 1;
    last = 0;
  }
  layout->rank = last + 1;
}
