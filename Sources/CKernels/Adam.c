#include "Internal.h"
#include "include/zk_optimizer.h"

typedef struct {
  ZKType type;
  ZKAdam settings;
  const void *x, *g, *m, *v;
  void *new_x, *new_m, *new_v;
} call;

#define RANGE(NAME, T)                                                                             \
  ZK_CLONES static void NAME(const call *c, ptrdiff_t begin, ptrdiff_t end) {                      \
    const ZKAdam s = c->settings;                                                                  \
    const T beta1 = (T)s.beta1, rest1 = (T)(1 - s.beta1);                                          \
    const T beta2 = (T)s.beta2, rest2 = (T)(1 - s.beta2);                                          \
    const T rate = (T)s.rate, correction = (T)s.correction, epsilon = (T)s.epsilon;                \
    const T *x = c->x, *g = c->g, *m = c->m, *v = c->v;                                            \
    T *new_x = c->new_x, *new_m = c->new_m, *new_v = c->new_v;                                     \
    ZK_VECTORIZE                                                                                   \
    for (ptrdiff_t i = begin; i < end; i++) {                                                      \
      const T gradient = g[i];                                                                     \
      const T first = beta1 * m[i] + rest1 * gradient;                                             \
      const T second = beta2 * v[i] + rest2 * (gradient * gradient);                               \
      new_m[i] = first;                                                                            \
      new_v[i] = second;                                                                           \
      const T denominator = __builtin_elementwise_sqrt(second) * correction + epsilon;             \
      new_x[i] = x[i] - rate * (first / denominator);                                              \
    }                                                                                              \
  }

RANGE(adam_f32, float)
RANGE(adam_f64, double)

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  (c->type == ZKTypeFloat ? adam_f32 : adam_f64)(c, begin, end);
}

bool zk_adam(
    ZKType type, ZKAdam settings, ptrdiff_t count, const void *x, const void *g, const void *m, const void *v,
    void *new_x, void *new_m, void *new_v) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const call c = {type, settings, x, g, m, v, new_x, new_m, new_v};
  zk_parallel(count, 64, 2, run_range, &c);
  return true;
}
