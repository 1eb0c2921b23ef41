#include "Rows.h"

// out = condition ? a : b for one row. The strides are 0 or 1 and constant in each expansion of ROW.
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

zk_where_row zk_where_row_of(ptrdiff_t element_size) {
  return element_size == 1 ? where_8 : element_size == 4 ? where_32 : element_size == 8 ? where_64 : NULL;
}

typedef struct {
  zk_where_row row;
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
  for (zk_rows rows = zk_rows_begin(c->layout, begin, end); rows.run > 0; zk_rows_next(&rows))
    c->row(
        rows.run, c->condition + rows.offset[0], c->a + rows.offset[1] * c->size, c->b + rows.offset[2] * c->size,
        c->out + rows.position * c->size, constants);
}

bool zk_where(
    ptrdiff_t element_size, const ZKLayout *layout, const void *condition, const void *a, const void *b, void *out) {
  zk_where_row row = zk_where_row_of(element_size);
  if (!row) return false;
  const call c = {row, layout, element_size, condition, a, b, out};
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

void zk_leaky_relu_grad_row(ZKType type, ptrdiff_t n, double alpha, const void *g, const void *x, void *y) {
  (type == ZKTypeFloat ? leaky_relu_grad_f32 : leaky_relu_grad_f64)(n, alpha, g, x, y);
}

typedef struct {
  ZKType type;
  double alpha;
  const char *g, *x;
  char *y;
} gradient_call;

static void run_gradient(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const gradient_call *c = context;
  const ptrdiff_t at = begin * zk_type_size[c->type];
  zk_leaky_relu_grad_row(c->type, end - begin, c->alpha, c->g + at, c->x + at, c->y + at);
}

bool zk_leaky_relu_grad(ZKType type, double alpha, ptrdiff_t count, const void *g, const void *x, void *y) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const gradient_call c = {type, alpha, g, x, y};
  zk_parallel(count, 64, 1, run_gradient, &c);
  return true;
}
