#include "Rows.h"

#define ROW(NAME, T, EXPRESSION)                                                             \
  ZK_CLONES static void NAME(ptrdiff_t n, double va, double vb, const void *vx, void *vy) {  \
    const T *xs = vx;                                                                        \
    T *ys = vy;                                                                              \
    const T a = (T)va, b = (T)vb;                                                            \
    (void)a, (void)b;                                                                        \
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
ROW(leaky_relu_f32, float, x > 0 ? x : a * x)
ROW(leaky_relu_f64, double, x > 0 ? x : a * x)
ROW(thresholded_relu_f32, float, x > a ? x : 0)
ROW(thresholded_relu_f64, double, x > a ? x : 0)
ROW(floor_f32, float, __builtin_elementwise_floor(x))
ROW(floor_f64, double, __builtin_elementwise_floor(x))
ROW(ceil_f32, float, __builtin_elementwise_ceil(x))
ROW(ceil_f64, double, __builtin_elementwise_ceil(x))
ROW(round_f32, float, __builtin_elementwise_roundeven(x))
ROW(round_f64, double, __builtin_elementwise_roundeven(x))
ROW(softsign_f32, float, x / (1 + fabsf(x)))
ROW(softsign_f64, double, x / (1 + fabs(x)))

ZK_INLINE float unit_f32(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }
ZK_INLINE double unit_f64(double x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

ROW(hard_sigmoid_f32, float, unit_f32(a * x + b))
ROW(hard_sigmoid_f64, double, unit_f64(a * x + b))
ROW(hard_swish_f32, float, x * unit_f32(x / 6 + 0.5f))
ROW(hard_swish_f64, double, x * unit_f64(x / 6 + 0.5))
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
    [ZKUnaryThresholdedRelu] = {FLOATS(thresholded_relu)},
    [ZKUnaryFloor] = {FLOATS(floor)},
    [ZKUnaryCeil] = {FLOATS(ceil)},
    [ZKUnaryRound] = {FLOATS(round)},
    [ZKUnarySoftsign] = {FLOATS(softsign)},
    [ZKUnaryHardSigmoid] = {FLOATS(hard_sigmoid)},
    [ZKUnaryHardSwish] = {FLOATS(hard_swish)},
    [ZKUnaryNot] = {[ZKTypeBool] = not_bool},
};

zk_unary_row zk_unary_row_of(ZKUnary op, ZKType type) {
  return rows[op][type] ? rows[op][type] : zk_transcendental_row(op, type);
}

typedef struct {
  zk_unary_row row;
  ptrdiff_t size;
  double a, b;
  const char *x;
  char *y;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  c->row(end - begin, c->a, c->b, c->x + begin * c->size, c->y + begin * c->size);
}

bool zk_unary(ZKUnary op, ZKType type, double a, double b, ptrdiff_t count, const void *x, void *y) {
  zk_unary_row row = zk_unary_row_of(op, type);
  if (!row) return false;
  const call c = {row, zk_type_size[type], a, b, x, y};
  zk_parallel(count, 64, rows[op][type] ? 1 : 2, run_range, &c);
  return true;
}
