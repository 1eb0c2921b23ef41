// Reductions of tiles to totals, which are doubles for either type.
#include "Fused.h"

// Columns that are joined at a time, and independent lanes in a short row. Long rows have more: those of zk_reduce_line.
enum { group = 64, lanes = 16, short_row = 256 };

#define SUM(total, x) ((total) + (x))
#define MAXIMUM(total, x) ((x) > (total) || (x) != (x) ? (x) : (total))
#define MINIMUM(total, x) ((x) < (total) || (x) != (x) ? (x) : (total))

#define ROWS(NAME, T, OP, START, JOIN)                                                                          \
  ZK_CLONES static void NAME##_rows(zk_tile tile, const void *vx, double *total, ptrdiff_t stride) {            \
    const ptrdiff_t n = tile.columns;                                                                           \
    const T *x = vx;                                                                                            \
    for (ptrdiff_t r = 0; r < tile.rows; r++, x += n, total += stride) {                                        \
      if (n >= short_row) {                                                                                     \
        *total = JOIN(*total, zk_reduce_line(OP, sizeof(T) == sizeof(float) ? ZKTypeFloat : ZKTypeDouble, n, x)); \
        continue;                                                                                               \
      }                                                                                                         \
      T lane[lanes];                                                                                            \
      for (int j = 0; j < lanes; j++) lane[j] = START;                                                          \
      ptrdiff_t i = 0;                                                                                          \
      for (; i + lanes <= n; i += lanes)                                                                        \
        for (int j = 0; j < lanes; j++) lane[j] = JOIN(lane[j], x[i + j]);                                      \
      T rest = START;                                                                                           \
      for (; i < n; i++) rest = JOIN(rest, x[i]);                                                               \
      for (int width = lanes / 2; width > 0; width /= 2)                                                        \
        for (int j = 0; j < width; j++) lane[j] = JOIN(lane[j], lane[j + width]);                               \
      const T both = JOIN(lane[0], rest);                                                                       \
      *total = JOIN(*total, (double)both);                                                                      \
    }                                                                                                           \
  }

// Joins rows of `width` elements, `step` apart, with as many lanes.
#define LANES(T, WIDTH, ROWS, STEP, X, JOIN)                                                     \
  for (ptrdiff_t r = 0; r < (ROWS); r++)                                                         \
    for (ptrdiff_t j = 0; j < (WIDTH); j++) lane[j] = JOIN(lane[j], (X)[r * (STEP) + j]);

#define COLUMNS(NAME, T, START, JOIN)                                                                    \
  ZK_CLONES static void NAME##_columns(zk_tile tile, const void *vx, double *total, ptrdiff_t stride) {  \
    (void)stride;                                                                                        \
    const T *x = vx;                                                                                     \
    const ptrdiff_t n = tile.columns;                                                                    \
    if (tile.rows == 1) {                                                                                \
      ZK_VECTORIZE                                                                                       \
      for (ptrdiff_t j = 0; j < n; j++) total[j] = JOIN(total[j], (double)x[j]);                         \
      return;                                                                                            \
    }                                                                                                    \
    T lane[group];                                                                                       \
    for (int j = 0; j < group; j++) lane[j] = START;                                                     \
    if (n <= group / 2) {                                                                                \
      /* So narrow that the lanes take several rows at a time. */                                        \
      const ptrdiff_t rows = group / n, width = rows * n, times = tile.rows / rows;                      \
      LANES(T, width, times, width, x, JOIN)                                                             \
      LANES(T, (tile.rows - times * rows) * n, 1, 0, x + times * width, JOIN)                            \
      for (ptrdiff_t r = 0; r < width; r += n)                                                           \
        for (ptrdiff_t j = 0; j < n; j++) total[j] = JOIN(total[j], (double)lane[r + j]);                \
      return;                                                                                            \
    }                                                                                                    \
    for (ptrdiff_t first = 0; first < n; first += group) {                                               \
      const ptrdiff_t width = zk_min(group, n - first);                                                  \
      for (int j = 0; j < group; j++) lane[j] = START;                                                   \
      if (width == group) {                                                                              \
        LANES(T, group, tile.rows, n, x + first, JOIN)                                                   \
      } else {                                                                                           \
        LANES(T, width, tile.rows, n, x + first, JOIN)                                                   \
      }                                                                                                  \
      for (ptrdiff_t j = 0; j < width; j++) total[first + j] = JOIN(total[first + j], (double)lane[j]);  \
    }                                                                                                    \
  }

#define KERNELS(NAME, T, OP, START, JOIN) ROWS(NAME, T, OP, START, JOIN) COLUMNS(NAME, T, START, JOIN)

KERNELS(sum_f32, float, ZKReduceSum, 0, SUM)
KERNELS(sum_f64, double, ZKReduceSum, 0, SUM)
KERNELS(max_f32, float, ZKReduceMax, -INFINITY, MAXIMUM)
KERNELS(max_f64, double, ZKReduceMax, -INFINITY, MAXIMUM)
KERNELS(min_f32, float, ZKReduceMin, INFINITY, MINIMUM)
KERNELS(min_f64, double, ZKReduceMin, INFINITY, MINIMUM)

#define BOTH(NAME) {{NAME##_f32_rows, NAME##_f32_columns}, {NAME##_f64_rows, NAME##_f64_columns}}
static const zk_fused_reduce kernels[ZKReduceMin + 1][2][2] = {
    [ZKReduceSum] = BOTH(sum), [ZKReduceMean] = BOTH(sum), [ZKReduceMax] = BOTH(max), [ZKReduceMin] = BOTH(min)};

zk_fused_reduce zk_fused_reduce_of(ZKReduce op, ZKType type, bool by_columns) {
  return type == ZKTypeFloat || type == ZKTypeDouble ? kernels[op][type == ZKTypeDouble][by_columns] : NULL;
}
