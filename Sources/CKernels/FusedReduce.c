// Reductions of tiles to totals, which are doubles for both types.
#include "Fused.h"

// Columns that are combined at a time, and independent lanes of a row: none in rows of two or three, many in long ones.
enum { group = 64, lanes = 16, many_lanes = 64, tiny_row = 4, long_row = 256 };

#define SUM(total, x) ((total) + (x))
#define MAXIMUM(total, x) ((x) > (total) || (x) != (x) ? (x) : (total))
#define MINIMUM(total, x) ((x) < (total) || (x) != (x) ? (x) : (total))

// Reduces n elements in L lanes, and the lanes pairwise.
#define LINE(NAME, T, L, START, JOIN)                                            \
  ZK_INLINE T NAME(ptrdiff_t n, const T *x) {                                    \
    T lane[L], rest = START;                                                     \
    for (int j = 0; j < L; j++) lane[j] = START;                                 \
    ptrdiff_t i = 0;                                                             \
    for (; i + L <= n; i += L)                                                   \
      for (int j = 0; j < L; j++) lane[j] = JOIN(lane[j], x[i + j]);             \
    for (int width = L / 2; width >= 4; width /= 2) {                            \
      if (i + width > n) continue;                                               \
      for (int j = 0; j < width; j++) lane[j] = JOIN(lane[j], x[i + j]);         \
      i += width;                                                                \
    }                                                                            \
    for (; i < n; i++) rest = JOIN(rest, x[i]);                                  \
    for (int width = L / 2; width > 0; width /= 2)                               \
      for (int j = 0; j < width; j++) lane[j] = JOIN(lane[j], lane[j + width]);  \
    return JOIN(lane[0], rest);                                                  \
  }

#define TINY(NAME, T, START, JOIN)                                    \
  ZK_INLINE T NAME(ptrdiff_t n, const T *x) {                         \
    T row = START;                                                    \
    for (ptrdiff_t i = 0; i < n; i++) row = JOIN(row, x[i]);          \
    return row;                                                       \
  }

#define ROWS(NAME, T, START, JOIN)                                                                              \
  TINY(NAME##_tiny, T, START, JOIN)                                                                             \
  LINE(NAME##_short, T, lanes, START, JOIN)                                                                     \
  LINE(NAME##_long, T, many_lanes, START, JOIN)                                                                 \
  ZK_CLONES static void NAME##_rows(zk_tile tile, const void *vx, double *total, ptrdiff_t stride) {            \
    const T *x = vx;                                                                                            \
    const ptrdiff_t n = tile.columns;                                                                           \
    for (ptrdiff_t r = 0; r < tile.rows; r++, x += n, total += stride) {                                        \
      const T row = n < tiny_row ? NAME##_tiny(n, x) : n < long_row ? NAME##_short(n, x) : NAME##_long(n, x);   \
      *total = JOIN(*total, (double)row);                                                                       \
    }                                                                                                           \
  }

// Combines `width` columns of rows that are `step` apart with totals. The lanes are in registers where the width is
// known at compile time.
#define GROUP(NAME, T, JOIN)                                                                              \
  ZK_INLINE void NAME(ptrdiff_t rows, ptrdiff_t width, ptrdiff_t step, const T *x, double *total) {       \
    T lane[group];                                                                                        \
    for (ptrdiff_t j = 0; j < width; j++) lane[j] = x[j];                                                 \
    for (ptrdiff_t r = 1; r < rows; r++)                                                                  \
      for (ptrdiff_t j = 0; j < width; j++) lane[j] = JOIN(lane[j], x[r * step + j]);                     \
    for (ptrdiff_t j = 0; j < width; j++) total[j] = JOIN(total[j], (double)lane[j]);                     \
  }

// With few columns, lanes take several rows at a time.
#define FEW_COLUMNS(NAME, T, START, JOIN)                                                                 \
  ZK_INLINE void NAME(ptrdiff_t rows, ptrdiff_t n, const T *x, double *total) {                           \
    T lane[group];                                                                                        \
    const ptrdiff_t width = group / n * n, count = rows * n;                                              \
    for (ptrdiff_t j = 0; j < width; j++) lane[j] = START;                                                \
    ptrdiff_t i = 0;                                                                                      \
    for (; i + width <= count; i += width)                                                                \
      for (ptrdiff_t j = 0; j < width; j++) lane[j] = JOIN(lane[j], x[i + j]);                            \
    for (ptrdiff_t j = 0; i + j < count; j++) lane[j] = JOIN(lane[j], x[i + j]);                          \
    for (ptrdiff_t r = 0; r < width; r += n)                                                              \
      for (ptrdiff_t j = 0; j < n; j++) total[j] = JOIN(total[j], (double)lane[r + j]);                   \
  }

#define COLUMNS(NAME, T, START, JOIN)                                                                     \
  GROUP(NAME##_group, T, JOIN)                                                                            \
  FEW_COLUMNS(NAME##_few, T, START, JOIN)                                                                 \
  ZK_CLONES static void NAME##_columns(zk_tile tile, const void *vx, double *total, ptrdiff_t stride) {   \
    (void)stride;                                                                                         \
    const T *x = vx;                                                                                      \
    const ptrdiff_t n = tile.columns;                                                                     \
    if (tile.rows == 1) {                                                                                 \
      ZK_VECTORIZE                                                                                        \
      for (ptrdiff_t j = 0; j < n; j++) total[j] = JOIN(total[j], (double)x[j]);                          \
    } else if (n <= group / 2) {                                                                          \
      NAME##_few(tile.rows, n, x, total);                                                                 \
    } else {                                                                                              \
      ptrdiff_t j = 0;                                                                                    \
      for (; j + group <= n; j += group) NAME##_group(tile.rows, group, n, x + j, total + j);             \
      for (; j + lanes <= n; j += lanes) NAME##_group(tile.rows, lanes, n, x + j, total + j);             \
      if (j < n) NAME##_group(tile.rows, n - j, n, x + j, total + j);                                     \
    }                                                                                                     \
  }

#define KERNELS(NAME, T, START, JOIN) ROWS(NAME, T, START, JOIN) COLUMNS(NAME, T, START, JOIN)

KERNELS(sum_f32, float, 0, SUM)
KERNELS(sum_f64, double, 0, SUM)
KERNELS(max_f32, float, -INFINITY, MAXIMUM)
KERNELS(max_f64, double, -INFINITY, MAXIMUM)
KERNELS(min_f32, float, INFINITY, MINIMUM)
KERNELS(min_f64, double, INFINITY, MINIMUM)

#define BOTH(NAME) {{NAME##_f32_rows, NAME##_f32_columns}, {NAME##_f64_rows, NAME##_f64_columns}}
static const zk_fused_reduce kernels[ZKReduceMin + 1][2][2] = {
    [ZKReduceSum] = BOTH(sum), [ZKReduceMean] = BOTH(sum), [ZKReduceMax] = BOTH(max), [ZKReduceMin] = BOTH(min)};

zk_fused_reduce zk_fused_reduce_of(ZKReduce op, ZKType type, bool by_columns) {
  return type == ZKTypeFloat || type == ZKTypeDouble ? kernels[op][type == ZKTypeDouble][by_columns] : NULL;
}
