#include "Internal.h"
#include "include/zk_elementwise.h"

// The values of a type for which the result is true: NaN, or those equal to one of two values.
#define ROWS(SUFFIX, T)                                                                                    \
  ZK_CLONES static void is_nan_##SUFFIX(ptrdiff_t n, T a, T b, const T *x, bool *y) {                      \
    (void)a, (void)b;                                                                                      \
    ZK_VECTORIZE                                                                                           \
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] != x[i];                                                 \
  }                                                                                                        \
  ZK_CLONES static void is_either_##SUFFIX(ptrdiff_t n, T a, T b, const T *x, bool *y) {                   \
    ZK_VECTORIZE                                                                                           \
    for (ptrdiff_t i = 0; i < n; i++) y[i] = (x[i] == a) | (x[i] == b);                                    \
  }

ROWS(f32, float)
ROWS(f64, double)

typedef struct {
  ZKType type;
  bool nan;
  double a, b;
  const void *x;
  bool *y;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  if (c->type == ZKTypeFloat)
    (c->nan ? is_nan_f32 : is_either_f32)(
        end - begin, (float)c->a, (float)c->b, (const float *)c->x + begin, c->y + begin);
  else
    (c->nan ? is_nan_f64 : is_either_f64)(end - begin, c->a, c->b, (const double *)c->x + begin, c->y + begin);
}

static bool run(call c, ptrdiff_t count) {
  if (c.type != ZKTypeFloat && c.type != ZKTypeDouble) return false;
  zk_parallel(count, 64, 1, run_range, &c);
  return true;
}

bool zk_is_nan(ZKType type, ptrdiff_t count, const void *x, void *y) {
  return run((call){.type = type, .nan = true, .x = x, .y = y}, count);
}

// A NaN equals no value: it replaces an infinity that is not searched for.
bool zk_is_inf(ZKType type, bool positive, bool negative, ptrdiff_t count, const void *x, void *y) {
  const double a = positive ? INFINITY : NAN, b = negative ? -INFINITY : NAN;
  return run((call){.type = type, .a = a, .b = b, .x = x, .y = y}, count);
}
