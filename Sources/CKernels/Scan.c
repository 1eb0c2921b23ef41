// Cumulative sums and positions along an axis.
#include "include/zk_scan.h"

#include "Internal.h"

// Columns that are processed together. The number is fixed: bits depend on the shape alone.
enum { lanes = 64 };

typedef struct {
  bool exclusive, reverse;
  ptrdiff_t extent, inner;
  const void *x, *extremum;
  void *y;
} call;

// Groups of neighbouring columns begin..<end.
#define CUMULATIVE_SUM(NAME, T, TOTAL)                                                                             \
  ZK_CLONES static void NAME(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                \
    const call *c = context;                                                                                       \
    const ptrdiff_t n = c->extent, groups = (c->inner + lanes - 1) / lanes;                                        \
    for (ptrdiff_t unit = begin; unit < end; unit++) {                                                             \
      const ptrdiff_t column = unit % groups * lanes, width = zk_min(lanes, c->inner - column);                    \
      const T *x = (const T *)c->x + unit / groups * n * c->inner + column;                                        \
      T *y = (T *)c->y + unit / groups * n * c->inner + column;                                                    \
      TOTAL total[lanes] = {0};                                                                                    \
      for (ptrdiff_t i = 0; i < n; i++) {                                                                          \
        const ptrdiff_t row = (c->reverse ? n - 1 - i : i) * c->inner;                                             \
        for (ptrdiff_t j = 0; j < width; j++) {                                                                    \
          const TOTAL next = total[j] + (TOTAL)x[row + j];                                                         \
          y[row + j] = (T)(c->exclusive ? total[j] : next);                                                        \
          total[j] = next;                                                                                         \
        }                                                                                                          \
      }                                                                                                            \
    }                                                                                                              \
  }

CUMULATIVE_SUM(sum_f32, float, double)
CUMULATIVE_SUM(sum_f64, double, double)
CUMULATIVE_SUM(sum_i64, uint64_t, uint64_t)

// The search runs towards the wanted position. The last match stays.
#define POSITION(NAME, T)                                                                                          \
  ZK_CLONES static void NAME(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                \
    const call *c = context;                                                                                       \
    const ptrdiff_t n = c->extent, groups = (c->inner + lanes - 1) / lanes;                                        \
    for (ptrdiff_t unit = begin; unit < end; unit++) {                                                             \
      const ptrdiff_t o = unit / groups, column = unit % groups * lanes, width = zk_min(lanes, c->inner - column); \
      const T *x = (const T *)c->x + o * n * c->inner + column;                                                    \
      const T *extremum = (const T *)c->extremum + o * c->inner + column;                                          \
      int64_t *y = (int64_t *)c->y + o * c->inner + column;                                                        \
      for (ptrdiff_t j = 0; j < width; j++) y[j] = 0;                                                              \
      for (ptrdiff_t i = 0; i < n; i++) {                                                                          \
        const ptrdiff_t r = c->reverse ? n - 1 - i : i;                                                            \
        const T *row = x + r * c->inner;                                                                           \
        for (ptrdiff_t j = 0; j < width; j++)                                                                      \
          y[j] = row[j] == extremum[j] || (row[j] != row[j] && extremum[j] != extremum[j]) ? r : y[j];             \
      }                                                                                                            \
    }                                                                                                              \
  }

POSITION(position_f32, float)
POSITION(position_f64, double)
POSITION(position_i64, int64_t)

static bool run(const zk_range_function functions[3], ZKType type, ptrdiff_t outer, const call *c) {
  if (type == ZKTypeBool) return false;
  zk_parallel(outer * ((c->inner + lanes - 1) / lanes), 8, c->extent * zk_min(lanes, c->inner), functions[type], c);
  return true;
}

bool zk_cumulative_sum(
    ZKType type, bool exclusive, bool reverse, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x,
    void *y) {
  static const zk_range_function functions[3] = {sum_f32, sum_f64, sum_i64};
  const call c = {exclusive, reverse, extent, inner, x, NULL, y};
  return run(functions, type, outer, &c);
}

bool zk_position(
    ZKType type, bool last, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x, const void *extremum,
    int64_t *y) {
  static const zk_range_function functions[3] = {position_f32, position_f64, position_i64};
  const call c = {false, !last, extent, inner, x, extremum, y};
  return run(functions, type, outer, &c);
}
