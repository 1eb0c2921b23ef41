#include "Internal.h"
#include "include/zk_copy.h"

// How a copy walks. Its innermost dimension is the destination's, so that writes are sequential whenever they can be.
typedef struct {
  ZKLayout layout;
  ptrdiff_t size;
  const char *source;
  char *destination;
} call;

#define STRIDED(NAME, T)                                                                           \
  static void NAME(ptrdiff_t n, const void *vx, ptrdiff_t sx, void *vy, ptrdiff_t sy) {            \
    const T *x = vx;                                                                               \
    T *y = vy;                                                                                     \
    if (sx == 0 && sy == 1) {                                                                      \
      const T value = *x;                                                                          \
      for (ptrdiff_t i = 0; i < n; i++) y[i] = value;                                              \
    } else {                                                                                       \
      for (ptrdiff_t i = 0; i < n; i++) y[i * sy] = x[i * sx];                                     \
    }                                                                                              \
  }

STRIDED(strided_8, uint8_t)
STRIDED(strided_32, uint32_t)
STRIDED(strided_64, uint64_t)

static void copy_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t last = c->layout.rank - 1, sx = c->layout.strides[0][last], sy = c->layout.strides[1][last];
  for (zk_rows rows = zk_rows_begin(&c->layout, begin, end); rows.run > 0; zk_rows_next(&rows)) {
    const void *x = c->source + rows.offset[0] * c->size;
    void *y = c->destination + rows.offset[1] * c->size;
    if (sx == 1 && sy == 1)
      memcpy(y, x, (size_t)(rows.run * c->size));
    else if (c->size == 4)
      strided_32(rows.run, x, sx, y, sy);
    else if (c->size == 8)
      strided_64(rows.run, x, sx, y, sy);
    else
      strided_8(rows.run, x, sx, y, sy);
  }
}

// A tile of a transpose, read along `across` and written along the last dimension: 16 x 16 stays in L1 and is unrolled.
enum { tile = 16 };

#define TRANSPOSE(NAME, T)                                                                                      \
  ZK_CLONES static void NAME(                                                                                   \
      ptrdiff_t rows, ptrdiff_t columns, const void *vx, ptrdiff_t sx, void *vy, ptrdiff_t sy) {                \
    const T *restrict x = vx;                                                                                   \
    T *restrict y = vy;                                                                                         \
    if (rows == tile && columns == tile) {                                                                      \
      T block[tile][tile];                                                                                      \
      for (int j = 0; j < tile; j++)                                                                            \
        for (int i = 0; i < tile; i++) block[i][j] = x[j * sx + i];                                             \
      for (int i = 0; i < tile; i++)                                                                            \
        for (int j = 0; j < tile; j++) y[i * sy + j] = block[i][j];                                             \
    } else {                                                                                                    \
      for (ptrdiff_t i = 0; i < rows; i++)                                                                      \
        for (ptrdiff_t j = 0; j < columns; j++) y[i * sy + j] = x[j * sx + i];                                  \
    }                                                                                                           \
  }

TRANSPOSE(transpose_8, uint8_t)
TRANSPOSE(transpose_32, uint32_t)
TRANSPOSE(transpose_64, uint64_t)

// `layout` has the two dimensions of the transpose last; a range is of strips of `tile` rows along the first of them.
static void transpose_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ZKLayout *layout = &c->layout;
  const int r = layout->rank - 2, l = layout->rank - 1;
  const ptrdiff_t rows = layout->dims[r], columns = layout->dims[l], strips = (rows + tile - 1) / tile;
  const ptrdiff_t sx = layout->strides[0][l], sy = layout->strides[1][r];
  for (ptrdiff_t unit = begin; unit < end; unit++) {
    ptrdiff_t rest = unit / strips, i = unit % strips * tile, from = i, to = i * sy;
    for (int d = r - 1; d >= 0; d--) {
      from += rest % layout->dims[d] * layout->strides[0][d];
      to += rest % layout->dims[d] * layout->strides[1][d];
      rest /= layout->dims[d];
    }
    for (ptrdiff_t j = 0; j < columns; j += tile) {
      const void *x = c->source + (from + j * sx) * c->size;
      void *y = c->destination + (to + j) * c->size;
      ptrdiff_t height = zk_min(tile, rows - i), width = zk_min(tile, columns - j);
      if (c->size == 4)
        transpose_32(height, width, x, sx, y, sy);
      else if (c->size == 8)
        transpose_64(height, width, x, sx, y, sy);
      else
        transpose_8(height, width, x, sx, y, sy);
    }
  }
}

static void swap_dimensions(ZKLayout *layout, int d, int e) {
  ptrdiff_t dim = layout->dims[d];
  layout->dims[d] = layout->dims[e];
  layout->dims[e] = dim;
  for (int o = 0; o < layout->operands; o++) {
    ptrdiff_t stride = layout->strides[o][d];
    layout->strides[o][d] = layout->strides[o][e];
    layout->strides[o][e] = stride;
  }
}

bool zk_copy(ptrdiff_t element_size, const ZKLayout *layout, const void *source, void *destination) {
  if (element_size != 1 && element_size != 4 && element_size != 8) return false;
  call c = {*layout, element_size, source, destination};
  // A transpose: the source is sequential along a dimension that is not the last.
  int across = -1;
  const int last = layout->rank - 1;
  const bool sequential = layout->strides[0][last] == 0 || layout->strides[0][last] == 1;
  for (int d = 0; d < last && !sequential && layout->strides[1][last] == 1; d++)
    if (layout->strides[0][d] == 1) across = d;
  if (across < 0) {
    zk_parallel(layout->count, 64, 1, copy_range, &c);
    return true;
  }
  swap_dimensions(&c.layout, across, last - 1);
  if (layout->count == 0) return true;
  const ptrdiff_t rows = c.layout.dims[last - 1], columns = c.layout.dims[last];
  const ptrdiff_t strips = layout->count / rows / columns * ((rows + tile - 1) / tile);
  zk_parallel(strips, 1, tile * columns, transpose_range, &c);
  return true;
}
