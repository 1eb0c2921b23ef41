#include "Rows.h"

#define ROW(NAME, T, EXPRESSION)                                                             \
  ZK_CLONES static void NAME(ptrdiff_t n, double alpha, const void *vx, void *vy) {          \
    const T *xs = vx;                                                                        \
    T *ys = vy;                                                                              \
    const T slope = (T)alpha;                                                                \
    (void)slope;                                                                             \
    ZK_VECTORIZE                                                                             \
    for (ptrdiff_t i = 0; i < n; i++) {                                                      \
      const T x = xs[i];                                                                     \
      ys[i] = (T)(EXPRESSION);                                                               \
    }                                                                                        \
  }

ROW(neg_f32, float, -x)
ROW(neg_f64, double, -x)
ROW(neg_i64, uint64_t, 0 - x)
ROW(abs_f32, float, fabsf(x))
ROW(abs_f64, double, fabs(x))
ROW(abs_i64, uint64_t, (int64_t)x < 0 ? 0 - x : x)
ROW(sign_f32, float, x != x ? x : (float)(x > 0) - (float)(x < 0))
ROW(sign_f64, double, x != x ? x : (double)(x > 0) - (double)(x < 0))
ROW(sign_i64, int64_t, (x > 0) - (x < 0))
ROW(sqrt_f32, float, __builtin_elementwise_sqrt(x))
ROW(sqrt_f64, double, __builtin_elementwise_sqrt(x))
ROW(reciprocal_f32, float, 1 / x)
ROW(reciprocal_f64, double, 1 / x)
ROW(relu_f32, float, x > 0 || x != x ? x : 0)
ROW(relu_f64, double, x > 0 || x != x ? x : 0)
ROW(leaky_relu_f32, float, x > 0 ? x : slope * x)
ROW(leaky_relu_f64, double, x > 0 ? x : slope * x)
ROW(not_bool, uint8_t, !x)

#define FLOATS(NAME) [ZKTypeFloat] = NAME##_f32, [ZKTypeDouble] = NAME##_f64

static const zk_unary_row rows[ZKUnaryNot + 1][4] = {
    [ZKUnaryNeg] = {FLOATS(neg), [ZKTypeInt64] = neg_i64},
    [ZKUnaryAbs] = {FLOATS(abs), [ZKTypeInt64] = abs_i64},
    [ZKUnarySign] = {FLOATS(sign), [ZKTypeInt64] = sign_i64},
    [ZKUnarySqrt] = {FLOATS(sqrt)},
    [ZKUnaryReciprocal] = {FLOATS(reciprocal)},
    [ZKUnaryRelu] = {FLOATS(relu)},
    [ZKUnaryLeakyRelu] = {FLOATS(leaky_relu)},
    [ZKUnaryNot] = {[ZKTypeBool] = not_bool},
};

typedef struct {
  zk_unary_row row;
  ptrdiff_t size;
  double alpha;
  const char *x;
  char *y;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  c->row(end - begin, c->alpha, c->x + begin * c->size, c->y + begin * c->size);
}

bool zk_unary(ZKUnary op, ZKType type, double alpha, ptrdiff_t count, const void *x, void *y) {
  zk_unary_row row = rows[op][type];
  ptrdiff_t cost = 1;
  if (!row) {
    row = zk_transcendental_row(op, type);
    cost = 8;
  }
  if (!row) return false;
  const call c = {row, zk_type_size[type], alpha, x, y};
  zk_parallel(count, 64, cost, run_range, &c);
  return true;
}
