#include "Internal.h"
#include "include/zk_elementwise.h"

// The operators Max and Min in this order: NaN stays NaN, and a NaN bound makes all elements NaN.
#define ROW(NAME, T)                                                                                       \
  ZK_CLONES static void NAME(ptrdiff_t n, const void *vx, const void *vlow, const void *vhigh, void *vy) { \
    const T *xs = vx, low = *(const T *)vlow, high = *(const T *)vhigh;                                    \
    T *ys = vy;                                                                                            \
    ZK_VECTORIZE                                                                                           \
    for (ptrdiff_t i = 0; i < n; i++) {                                                                    \
      const T x = xs[i];                                                                                   \
      const T raised = x > low || x != x ? x : low;                                                        \
      ys[i] = raised < high || raised != raised ? raised : high;                                           \
    }                                                                                                      \
  }

ROW(clip_f32, float)
ROW(clip_f64, double)
ROW(clip_i64, int64_t)

typedef void (*clip_row)(ptrdiff_t n, const void *x, const void *low, const void *high, void *y);

static const clip_row rows[4] = {[ZKTypeFloat] = clip_f32, [ZKTypeDouble] = clip_f64, [ZKTypeInt64] = clip_i64};

static const float bounds_f32[] = {-INFINITY, INFINITY};
static const double bounds_f64[] = {-INFINITY, INFINITY};
static const int64_t bounds_i64[] = {INT64_MIN, INT64_MAX};

static const void *no_bound(ZKType type, int side) {
  return type == ZKTypeFloat ? (const void *)&bounds_f32[side]
                             : type == ZKTypeDouble ? (const void *)&bounds_f64[side] : &bounds_i64[side];
}

typedef struct {
  clip_row row;
  ptrdiff_t size;
  const void *low, *high;
  const char *x;
  char *y;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  c->row(end - begin, c->x + begin * c->size, c->low, c->high, c->y + begin * c->size);
}

bool zk_clip(ZKType type, ptrdiff_t count, const void *x, const void *low, const void *high, void *y) {
  if (!rows[type]) return false;
  const call c = {rows[type], zk_type_size[type], low ? low : no_bound(type, 0), high ? high : no_bound(type, 1), x, y};
  zk_parallel(count, 64, 1, run_range, &c);
  return true;
}
