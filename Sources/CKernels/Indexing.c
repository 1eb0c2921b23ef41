#include "include/zk_indexing.h"

#include "Internal.h"

ptrdiff_t zk_index_offsets(
    ptrdiff_t count, ptrdiff_t depth, const ptrdiff_t *extents, const int64_t *indices, int64_t *offsets) {
  for (ptrdiff_t i = 0; i < count; i++) {
    int64_t offset = 0;
    for (ptrdiff_t d = 0; d < depth; d++) {
      const int64_t index = indices[i * depth + d];
      if (index < -extents[d] || index >= extents[d]) return i * depth + d;
      offset = offset * extents[d] + index + (index < 0 ? extents[d] : 0);
    }
    offsets[i] = offset;
  }
  return -1;
}

// Rows.

typedef struct {
  ptrdiff_t size, extent, width, count, index_stride;
  const int64_t *indices;
  const char *x;
  char *y;
} gather_call;

static void gather_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const gather_call *c = context;
  const ptrdiff_t bytes = c->width * c->size;
  for (ptrdiff_t row = begin; row < end; row++) {
    const ptrdiff_t b = row / c->count, i = row % c->count;
    const char *x = c->x + (b * c->extent + c->indices[b * c->index_stride + i]) * bytes;
    char *y = c->y + row * bytes;
    // Copies of a constant size need no call.
    if (bytes == 4)
      memcpy(y, x, 4);
    else if (bytes == 8)
      memcpy(y, x, 8);
    else
      memcpy(y, x, (size_t)bytes);
  }
}

bool zk_gather(
    ptrdiff_t element_size, ptrdiff_t batch, ptrdiff_t extent, ptrdiff_t width, ptrdiff_t count, ptrdiff_t index_stride,
    const int64_t *indices, const void *x, void *y) {
  if (element_size != 1 && element_size != 4 && element_size != 8) return false;
  const gather_call c = {element_size, extent, width, count, index_stride, indices, x, y};
  zk_parallel(batch * count, 1, width + 4, gather_range, &c);
  return true;
}

typedef struct {
  ptrdiff_t width, count;
  const int64_t *indices;
  const void *updates;
  void *y;
} scatter_call;

#define ASSIGN(a, b) (b)
#define ADD(a, b) ((a) + (b))
#define MUL(a, b) ((a) * (b))
#define MAXIMUM(a, b) ((a) != (a) || (a) > (b) ? (a) : (b))
#define MINIMUM(a, b) ((a) != (a) || (a) < (b) ? (a) : (b))

// A range is of columns. One thread then updates each element in order.
#define ROWS(NAME, T, OP)                                                        \
  static void NAME(const void *context, ptrdiff_t begin, ptrdiff_t end) {        \
    const scatter_call *c = context;                                             \
    for (ptrdiff_t i = 0; i < c->count; i++) {                                   \
      const T *u = (const T *)c->updates + i * c->width;                         \
      T *y = (T *)c->y + c->indices[i] * c->width;                               \
      for (ptrdiff_t k = begin; k < end; k++) y[k] = (T)OP(y[k], u[k]);          \
    }                                                                            \
  }

// Single elements.

typedef struct {
  const ZKElements *space;
  ptrdiff_t blocks;
  const int64_t *indices;
  const void *from;
  void *to;
} elements_call;

// The columns of a block are processed together, so rows are read in sequence.
enum { block = 256 };

// A range is of blocks of columns. One thread then updates each element in order. BODY has the position
// `p` among the indices and the offset `q` in the data.
#define ELEMENTS(NAME, BODY)                                                                              \
  static void NAME(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                 \
    const elements_call *c = context;                                                                     \
    const ZKElements *s = c->space;                                                                       \
    for (ptrdiff_t unit = begin; unit < end; unit++) {                                                    \
      const ptrdiff_t o = unit / c->blocks, first = unit % c->blocks * block;                             \
      const ptrdiff_t last = zk_min(first + block, s->inner);                                             \
      ptrdiff_t rest = o, base = 0;                                                                       \
      for (ptrdiff_t d = s->outer_rank - 1; d >= 0; d--) {                                                \
        base += rest % s->outer_dims[d] * s->outer_strides[d];                                            \
        rest /= s->outer_dims[d];                                                                         \
      }                                                                                                   \
      for (ptrdiff_t i = 0; i < s->count; i++) {                                                          \
        for (ptrdiff_t k = first; k < last; k++) {                                                        \
          const ptrdiff_t p = (o * s->count + i) * s->inner + k, q = base + c->indices[p] * s->stride + k; \
          BODY                                                                                            \
        }                                                                                                 \
      }                                                                                                   \
    }                                                                                                     \
  }

#define READ(T) ((T *)c->to)[p] = ((const T *)c->from)[q];
ELEMENTS(gather_8, READ(uint8_t))
ELEMENTS(gather_32, READ(uint32_t))
ELEMENTS(gather_64, READ(uint64_t))

#define WRITE(T, OP) ((T *)c->to)[q] = (T)OP(((T *)c->to)[q], ((const T *)c->from)[p]);
#define KERNELS(NAME, T, OP)  \
  ROWS(NAME##_rows, T, OP)    \
  ELEMENTS(NAME, WRITE(T, OP))

KERNELS(assign_8, uint8_t, ASSIGN)
KERNELS(assign_32, uint32_t, ASSIGN)
KERNELS(assign_64, uint64_t, ASSIGN)
KERNELS(add_f32, float, ADD)
KERNELS(add_f64, double, ADD)
KERNELS(add_i64, uint64_t, ADD)
KERNELS(mul_f32, float, MUL)
KERNELS(mul_f64, double, MUL)
KERNELS(mul_i64, uint64_t, MUL)
KERNELS(max_f32, float, MAXIMUM)
KERNELS(max_f64, double, MAXIMUM)
KERNELS(max_i64, int64_t, MAXIMUM)
KERNELS(max_8, uint8_t, MAXIMUM)
KERNELS(min_f32, float, MINIMUM)
KERNELS(min_f64, double, MINIMUM)
KERNELS(min_i64, int64_t, MINIMUM)
KERNELS(min_8, uint8_t, MINIMUM)

// For the truth values 0 and 1 the sum is their disjunction and the product their conjunction.
#define TABLE(S)                                                 \
  {                                                              \
    [ZKScatterNone] = {assign_32##S, assign_64##S, assign_64##S, assign_8##S}, \
    [ZKScatterAdd] = {add_f32##S, add_f64##S, add_i64##S, max_8##S},           \
    [ZKScatterMul] = {mul_f32##S, mul_f64##S, mul_i64##S, min_8##S},           \
    [ZKScatterMax] = {max_f32##S, max_f64##S, max_i64##S, max_8##S},           \
    [ZKScatterMin] = {min_f32##S, min_f64##S, min_i64##S, min_8##S},           \
  }

static const zk_range_function row_kernels[][4] = TABLE(_rows);
static const zk_range_function element_kernels[][4] = TABLE();

void zk_scatter(
    ZKScatter op, ZKType type, ptrdiff_t width, ptrdiff_t count, const int64_t *indices, const void *updates, void *y) {
  const scatter_call c = {width, count, indices, updates, y};
  zk_parallel(width, 16, count, row_kernels[op][type], &c);
}

static void run(
    zk_range_function kernel, const ZKElements *space, const int64_t *indices, const void *from, void *to) {
  const ptrdiff_t blocks = (space->inner + block - 1) / block;
  const elements_call c = {space, blocks, indices, from, to};
  zk_parallel(space->outer * blocks, 1, space->count * zk_min(space->inner, block), kernel, &c);
}

bool zk_gather_elements(
    ptrdiff_t element_size, const ZKElements *space, const int64_t *indices, const void *x, void *y) {
  const zk_range_function kernel =
      element_size == 4 ? gather_32 : element_size == 8 ? gather_64 : element_size == 1 ? gather_8 : NULL;
  if (!kernel) return false;
  run(kernel, space, indices, x, y);
  return true;
}

void zk_scatter_elements(
    ZKScatter op, ZKType type, const ZKElements *space, const int64_t *indices, const void *updates, void *y) {
  run(element_kernels[op][type], space, indices, updates, y);
}
