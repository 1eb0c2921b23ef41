#include "Internal.h"
#include "include/zk_elementwise.h"

// out = condition ? a : b for one row. The strides are 0 or 1 and constant in each of the copies that ROW makes.
#define BODY(T, SC, SA, SB)                                                          \
  {                                                                                  \
    ZK_VECTORIZE                                                                     \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = c[i * SC] ? a[i * SA] : b[i * SB];    \
    return;                                                                          \
  }

#define ROW(NAME, T)                                                                                     \
  ZK_CLONES static void NAME(                                                                            \
      ptrdiff_t n, const uint8_t *c, const void *va, const void *vb, void *vo, int constants) {          \
    const T *a = va, *b = vb;                                                                            \
    T *out = vo;                                                                                         \
    switch (constants) {                                                                                 \
    case 0: BODY(T, 1, 1, 1)                                                                             \
    case 1: BODY(T, 1, 1, 0)                                                                             \
    case 2: BODY(T, 1, 0, 1)                                                                             \
    case 3: BODY(T, 1, 0, 0)                                                                             \
    case 4: BODY(T, 0, 1, 1)                                                                             \
    case 5: BODY(T, 0, 1, 0)                                                                             \
    default: BODY(T, 0, 0, 1)                                                                            \
    }                                                                                                    \
  }

ROW(where_8, uint8_t)
ROW(where_32, uint32_t)
ROW(where_64, uint64_t)

typedef struct {
  const ZKLayout *layout;
  ptrdiff_t size;
  const uint8_t *condition;
  const char *a, *b;
  char *out;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t last = c->layout->rank - 1;
  int constants = 0;
  for (int o = 0; o < 3; o++) constants = constants * 2 + (c->layout->strides[o][last] == 0);
  for (zk_rows rows = zk_rows_begin(c->layout, begin, end); rows.run > 0; zk_rows_next(&rows)) {
    const uint8_t *condition = c->condition + rows.offset[0];
    const void *a = c->a + rows.offset[1] * c->size, *b = c->b + rows.offset[2] * c->size;
    void *out = c->out + rows.position * c->size;
    switch (c->size) {
    case 1: where_8(rows.run, condition, a, b, out, constants); break;
    case 4: where_32(rows.run, condition, a, b, out, constants); break;
    default: where_64(rows.run, condition, a, b, out, constants); break;
    }
  }
}

bool zk_where(
    ptrdiff_t element_size, const ZKLayout *layout, const void *condition, const void *a, const void *b, void *out) {
  if (element_size != 1 && element_size != 4 && element_size != 8) return false;
  const call c = {layout, element_size, condition, a, b, out};
  zk_parallel(layout->count, 64, 1, run_range, &c);
  return true;
}

#define GRADIENT(NAME, T)                                                                                 \
  ZK_CLONES static void NAME(ptrdiff_t n, double alpha, const void *vg, const void *vx, void *vy) {       \
    const T *g = vg, *x = vx, slope = (T)alpha;                                                           \
    T *y = vy;                                                                                            \
    ZK_VECTORIZE                                                                                          \
    for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] > 0 ? g[i] : g[i] * slope;                              \
  }

GRADIENT(leaky_relu_grad_f32, float)
GRADIENT(leaky_relu_grad_f64, double)

typedef struct {
  bool is_float;
  double alpha;
  const char *g, *x;
  char *y;
} gradient_call;

static void run_gradient(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const gradient_call *c = context;
  ptrdiff_t at = begin * (c->is_float ? 4 : 8), n = end - begin;
  (c->is_float ? leaky_relu_grad_f32 : leaky_relu_grad_f64)(n, c->alpha, c->g + at, c->x + at, c->y + at);
}

bool zk_leaky_relu_grad(ZKType type, double alpha, ptrdiff_t count, const void *g, const void *x, void *y) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const gradient_call c = {type == ZKTypeFloat, alpha, g, x, y};
  zk_parallel(count, 64, 1, run_gradient, &c);
  return true;
}
