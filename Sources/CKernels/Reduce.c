#include "include/zk_reduce.h"

#include "Internal.h"

// The elements of one accumulation before it is added to a total in wider precision, and the number of its independent
// lanes. Both are fixed: a sum's bits depend on its shape alone.
enum { block = 8192, lanes = 64, max_blocks = 512 };

#define ADD(total, x) ((total) + (x))
#define ADD_SQUARE(total, x) ((total) + (x) * (x))
#define ADD_MAGNITUDE(total, x) ((total) + __builtin_elementwise_abs(x))
#define ADD_MAGNITUDE_I64(total, x) ((total) + ((int64_t)(x) < 0 ? 0 - (x) : (x)))
#define MULTIPLY(total, x) ((total) * (x))
#define MAXIMUM(total, x) ((x) > (total) || (x) != (x) ? (x) : (total))
#define MINIMUM(total, x) ((x) < (total) || (x) != (x) ? (x) : (total))

// Lanes combined pairwise, halves first.
#define JOINED(LANE, JOIN)                                                              \
  for (int width = lanes / 2; width > 0; width /= 2)                                    \
    for (int j = 0; j < width; j++) LANE[j] = JOIN(LANE[j], LANE[j + width]);

// The reduction of n contiguous elements: STEP adds one to a lane, and JOIN combines lanes pairwise.
#define LINE(NAME, T, START, STEP, JOIN)                                                      \
  ZK_CLONES static T NAME(ptrdiff_t n, const T *x) {                                    \
    T lane[lanes];                                                                      \
    for (int j = 0; j < lanes; j++) lane[j] = START;                                    \
    ptrdiff_t i = 0;                                                                    \
    for (; i + lanes <= n; i += lanes)                                                  \
      for (int j = 0; j < lanes; j++) lane[j] = STEP(lane[j], x[i + j]);                \
    if (i < n) {                                                                        \
      T rest[lanes];                                                                    \
      memcpy(rest, lane, sizeof rest);                                                  \
      for (int j = 0; i + j < n; j++) rest[j] = STEP(rest[j], x[i + j]);                \
      JOINED(rest, JOIN)                                                                \
      return rest[0];                                                                   \
    }                                                                                   \
    JOINED(lane, JOIN)                                                                  \
    return lane[0];                                                                     \
  }

// The reduction of `rows` rows to each of `width` <= lanes columns, combined into total[width].
#define COLUMNS(NAME, T, TOTAL, START, STEP, JOIN)                                                              \
  ZK_CLONES static void NAME(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t stride, const T *x, TOTAL *total) { \
    T lane[lanes];                                                                                        \
    for (int j = 0; j < lanes; j++) lane[j] = START;                                                      \
    if (width == lanes) {                                                                                 \
      for (ptrdiff_t r = 0; r < rows; r++)                                                                \
        for (int j = 0; j < lanes; j++) lane[j] = STEP(lane[j], x[r * stride + j]);                       \
    } else {                                                                                              \
      for (ptrdiff_t r = 0; r < rows; r++)                                                                \
        for (ptrdiff_t j = 0; j < width; j++) lane[j] = STEP(lane[j], x[r * stride + j]);                 \
    }                                                                                                     \
    for (ptrdiff_t j = 0; j < width; j++) total[j] = JOIN(total[j], lane[j]);                             \
  }

// The arguments of a range of a reduction. `x` is [outer, reduce, inner].
typedef struct {
  ptrdiff_t outer, reduce, inner, chunk;
  const void *x;
  void *y;
  double scale;
} call;

// The three ways to divide a reduction among threads: by rows, by blocks of one row, by groups of columns.
#define KERNEL(NAME, T, TOTAL, START, STEP, JOIN)                                                                    \
  LINE(NAME##_line, T, START, STEP, JOIN)                                                                            \
  COLUMNS(NAME##_columns, T, TOTAL, START, STEP, JOIN)                                                               \
                                                                                                               \
  static void NAME##_blocks(const void *context, ptrdiff_t begin, ptrdiff_t end) {                             \
    const call *c = context;                                                                                   \
    for (ptrdiff_t b = begin; b < end; b++)                                                                    \
      ((TOTAL *)c->y)[b] =                                                                                     \
          (TOTAL)NAME##_line(zk_min(c->chunk, c->reduce - b * c->chunk), (const T *)c->x + b * c->chunk);      \
  }                                                                                                            \
                                                                                                               \
  static void NAME##_rows(const void *context, ptrdiff_t begin, ptrdiff_t end) {                               \
    const call *c = context;                                                                                   \
    for (ptrdiff_t o = begin; o < end; o++) {                                                                  \
      TOTAL total = START;                                                                                     \
      for (ptrdiff_t i = 0; i < c->reduce; i += c->chunk)                                                      \
        total = JOIN(total, (TOTAL)NAME##_line(zk_min(c->chunk, c->reduce - i), (const T *)c->x + o * c->reduce + i)); \
      ((T *)c->y)[o] = (T)(c->scale == 1 ? total : (TOTAL)(total / (TOTAL)c->scale));                          \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  static void NAME##_groups(const void *context, ptrdiff_t begin, ptrdiff_t end) {                             \
    const call *c = context;                                                                                   \
    const ptrdiff_t groups = (c->inner + lanes - 1) / lanes;                                                   \
    for (ptrdiff_t unit = begin; unit < end; unit++) {                                                         \
      const ptrdiff_t o = unit / groups, column = unit % groups * lanes, width = zk_min(lanes, c->inner - column); \
      TOTAL total[lanes];                                                                                      \
      for (int j = 0; j < lanes; j++) total[j] = START;                                                        \
      for (ptrdiff_t r = 0; r < c->reduce; r += block / lanes)                                                 \
        NAME##_columns(                                                                                        \
            zk_min(block / lanes, c->reduce - r), width, c->inner,                                             \
            (const T *)c->x + (o * c->reduce + r) * c->inner + column, total);                                 \
      T *y = (T *)c->y + o * c->inner + column;                                                                \
      for (ptrdiff_t j = 0; j < width; j++)                                                                    \
        y[j] = (T)(c->scale == 1 ? total[j] : (TOTAL)(total[j] / (TOTAL)c->scale));                            \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  static void NAME(call *c) {                                                                                  \
    if (c->inner != 1) {                                                                                       \
      const ptrdiff_t groups = (c->inner + lanes - 1) / lanes;                                                 \
      zk_parallel(c->outer * groups, 1, c->reduce * lanes, NAME##_groups, c);                                  \
    } else if (c->outer > 1 || c->reduce <= c->chunk) {                                                        \
      zk_parallel(c->outer, 64 / (ptrdiff_t)sizeof(T), c->reduce, NAME##_rows, c);                             \
    } else {                                                                                                   \
      TOTAL partial[max_blocks + 1], total = START;                                                            \
      call blocks = *c;                                                                                        \
      blocks.y = partial;                                                                                      \
      const ptrdiff_t count = (c->reduce + c->chunk - 1) / c->chunk;                                           \
      zk_parallel(count, 1, c->chunk, NAME##_blocks, &blocks);                                                 \
      for (ptrdiff_t b = 0; b < count; b++) total = JOIN(total, partial[b]);                                   \
      *(T *)c->y = (T)(c->scale == 1 ? total : (TOTAL)(total / (TOTAL)c->scale));                              \
    }                                                                                                          \
  }

KERNEL(sum_f32, float, double, 0, ADD, ADD)
KERNEL(sum_f64, double, double, 0, ADD, ADD)
KERNEL(sum_i64, uint64_t, uint64_t, 0, ADD, ADD)
KERNEL(sum_square_f32, float, double, 0, ADD_SQUARE, ADD)
KERNEL(sum_square_f64, double, double, 0, ADD_SQUARE, ADD)
KERNEL(sum_square_i64, uint64_t, uint64_t, 0, ADD_SQUARE, ADD)
KERNEL(l1_f32, float, double, 0, ADD_MAGNITUDE, ADD)
KERNEL(l1_f64, double, double, 0, ADD_MAGNITUDE, ADD)
KERNEL(l1_i64, uint64_t, uint64_t, 0, ADD_MAGNITUDE_I64, ADD)
KERNEL(prod_f32, float, double, 1, MULTIPLY, MULTIPLY)
KERNEL(prod_f64, double, double, 1, MULTIPLY, MULTIPLY)
KERNEL(prod_i64, uint64_t, uint64_t, 1, MULTIPLY, MULTIPLY)
KERNEL(max_f32, float, float, -INFINITY, MAXIMUM, MAXIMUM)
KERNEL(max_f64, double, double, -INFINITY, MAXIMUM, MAXIMUM)
KERNEL(max_i64, int64_t, int64_t, INT64_MIN, MAXIMUM, MAXIMUM)
KERNEL(max_bool, uint8_t, uint8_t, 0, MAXIMUM, MAXIMUM)
KERNEL(min_f32, float, float, INFINITY, MINIMUM, MINIMUM)
KERNEL(min_f64, double, double, INFINITY, MINIMUM, MINIMUM)
KERNEL(min_i64, int64_t, int64_t, INT64_MAX, MINIMUM, MINIMUM)
KERNEL(min_bool, uint8_t, uint8_t, 1, MINIMUM, MINIMUM)

static void (*const kernels[][4])(call *) = {
    [ZKReduceSum] = {sum_f32, sum_f64, sum_i64},
    [ZKReduceMean] = {sum_f32, sum_f64},
    [ZKReduceSumSquare] = {sum_square_f32, sum_square_f64, sum_square_i64},
    [ZKReduceL1] = {l1_f32, l1_f64, l1_i64},
    [ZKReduceProd] = {prod_f32, prod_f64, prod_i64},
    [ZKReduceMax] = {max_f32, max_f64, max_i64, max_bool},
    [ZKReduceMin] = {min_f32, min_f64, min_i64, min_bool},
};

bool zk_reduce(ZKReduce op, ZKType type, ptrdiff_t outer, ptrdiff_t reduce, ptrdiff_t inner, const void *x, void *y) {
  if (!kernels[op][type]) return false;
  ptrdiff_t chunk = block;
  while (chunk * max_blocks < reduce) chunk *= 2;
  call c = {outer, reduce, inner, chunk, x, y, op == ZKReduceMean ? (double)reduce : 1};
  kernels[op][type](&c);
  return true;
}
