#include "Internal.h"
#include "include/zk_copy.h"

// The iteration order of a copy. Its innermost dimension is the destination's, so writes are sequential where possible.
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

// A strip of a transpose is read along `across` and written along the last dimension, in tiles of 16 x 16, which stay
// in L1.
enum { tile = 16 };

// Whole tiles consist of smaller ones that fit into vectors.
typedef uint32_t eight __attribute__((vector_size(32)));
typedef uint64_t four __attribute__((vector_size(32)));

// Rows i and i + 1, i + 2, i + 4 (of 8), i + 1, i + 2 (of 4) mixed. Columns become rows.
#define MIX_8_1(X, Y, A) __builtin_shufflevector(X, Y, A, A + 8, A + 1, A + 9, A + 4, A + 12, A + 5, A + 13)
#define MIX_8_2(X, Y, A) __builtin_shufflevector(X, Y, A, A + 1, A + 8, A + 9, A + 4, A + 5, A + 12, A + 13)
#define MIX_8_4(X, Y, A) __builtin_shufflevector(X, Y, A, A + 1, A + 2, A + 3, A + 8, A + 9, A + 10, A + 11)
#define MIX_4_1(X, Y, A) __builtin_shufflevector(X, Y, A, A + 4, A + 2, A + 6)
#define MIX_4_2(X, Y, A) __builtin_shufflevector(X, Y, A, A + 1, A + 4, A + 5)

ZK_INLINE void transpose_8_by_8(const uint32_t *x, ptrdiff_t sx, uint32_t *y, ptrdiff_t sy) {
  eight a[8], b[8];
  for (int i = 0; i < 8; i++, x += sx) memcpy(&a[i], x, sizeof a[i]);
  for (int i = 0; i < 8; i += 2) b[i] = MIX_8_1(a[i], a[i + 1], 0), b[i + 1] = MIX_8_1(a[i], a[i + 1], 2);
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; j++)
      a[i + 2 * j] = MIX_8_2(b[i + j], b[i + j + 2], 0), a[i + 2 * j + 1] = MIX_8_2(b[i + j], b[i + j + 2], 2);
  for (int i = 0; i < 4; i++) b[i] = MIX_8_4(a[i], a[i + 4], 0), b[i + 4] = MIX_8_4(a[i], a[i + 4], 4);
  for (int i = 0; i < 8; i++, y += sy) memcpy(y, &b[i], sizeof b[i]);
}

ZK_INLINE void transpose_4_by_4(const uint64_t *x, ptrdiff_t sx, uint64_t *y, ptrdiff_t sy) {
  four a[4], b[4];
  for (int i = 0; i < 4; i++) memcpy(&a[i], x + i * sx, sizeof a[i]);
  for (int i = 0; i < 4; i += 2) b[i] = MIX_4_1(a[i], a[i + 1], 0), b[i + 1] = MIX_4_1(a[i], a[i + 1], 1);
  for (int i = 0; i < 2; i++) a[i] = MIX_4_2(b[i], b[i + 2], 0), a[i + 2] = MIX_4_2(b[i], b[i + 2], 2);
  for (int i = 0; i < 4; i++) memcpy(y + i * sy, &a[i], sizeof a[i]);
}

#define COPY_1_BY_1(X, SX, Y, SY) (*(Y) = *(X))

#define PARTS(SIZE, PART)                 \
  for (int i = 0; i < tile; i += SIZE)    \
    for (int j = 0; j < tile; j += SIZE)  \
      PART(x + (k + j) * sx + i, sx, y + i * sy + k + j, sy);

// WHOLE_TILE copies a tile of a size known at compile time, at column k.
#define TRANSPOSE(NAME, T, WHOLE_TILE)                                                             \
  ZK_CLONES static void NAME(                                                                      \
      ptrdiff_t rows, ptrdiff_t columns, const void *vx, ptrdiff_t sx, void *vy, ptrdiff_t sy) {   \
    const T *restrict x = vx;                                                                      \
    T *restrict y = vy;                                                                            \
    ptrdiff_t k = 0;                                                                               \
    for (; rows == tile && k + tile <= columns; k += tile) {                                       \
      WHOLE_TILE                                                                                   \
    }                                                                                              \
    for (; k < columns; k += tile)                                                                 \
      for (ptrdiff_t i = 0; i < rows; i++)                                                         \
        for (ptrdiff_t j = k; j < zk_min(k + tile, columns); j++) y[i * sy + j] = x[j * sx + i];   \
  }

TRANSPOSE(transpose_8, uint8_t, PARTS(1, COPY_1_BY_1))
TRANSPOSE(transpose_32, uint32_t, PARTS(8, transpose_8_by_8))
TRANSPOSE(transpose_64, uint64_t, PARTS(4, transpose_4_by_4))

// `layout` has the two dimensions of the transpose last. A range is of strips of `tile` rows along the first of them.
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
    const void *x = c->source + from * c->size;
    void *y = c->destination + to * c->size;
    const ptrdiff_t height = zk_min(tile, rows - i);
    if (c->size == 4)
      transpose_32(height, columns, x, sx, y, sy);
    else if (c->size == 8)
      transpose_64(height, columns, x, sx, y, sy);
    else
      transpose_8(height, columns, x, sx, y, sy);
  }
}

// The most copies of an element that are not worth a loop of their own.
enum { few_copies = 8 };

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

bool zk_copy_elements(ptrdiff_t element_size, ptrdiff_t count, const void *source, void *destination) {
  const ZKLayout layout = {.rank = 1, .operands = 2, .count = count, .dims = {count}, .strides = {{1}, {1}}};
  return zk_copy(element_size, &layout, source, destination);
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
  // Few copies of each of many elements: the elements are the longer loop.
  if (last > 0 && layout->strides[0][last] == 0 && layout->dims[last] <= few_copies
      && layout->dims[last] < layout->dims[last - 1])
    swap_dimensions(&c.layout, last - 1, last);
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
