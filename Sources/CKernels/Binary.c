#include "Rows.h"

#define LOOP(T, R, X, Y, EXPRESSION)    \
  ZK_VECTORIZE                          \
  for (ptrdiff_t i = 0; i < n; i++) {   \
    const T x = X, y = Y;               \
    out[i] = (R)(EXPRESSION);           \
  }

// One row kernel, with a loop for each kind of broadcast of a row.
#define ROW(NAME, T, R, EXPRESSION)                                                                             \
  ZK_CLONES static void NAME(ptrdiff_t n, const void *va, ptrdiff_t sa, const void *vb, ptrdiff_t sb, void *vo) { \
    const T *a = va, *b = vb;                                                                                   \
    R *out = vo;                                                                                                \
    const T a0 = *a, b0 = *b;                                                                                   \
    if (sa && sb) {                                                                                             \
      LOOP(T, R, a[i], b[i], EXPRESSION)                                                                        \
    } else if (sa) {                                                                                            \
      LOOP(T, R, a[i], b0, EXPRESSION)                                                                          \
    } else {                                                                                                    \
      LOOP(T, R, a0, b[i], EXPRESSION)                                                                          \
    }                                                                                                           \
  }

#define FLOAT_ROWS(NAME, EXPRESSION)            \
  ROW(NAME##_f32, float, float, EXPRESSION)     \
  ROW(NAME##_f64, double, double, EXPRESSION)
// int64 wraps around, as in NumPy. Unsigned arithmetic does that without undefined behaviour.
#define NUMBER_ROWS(NAME, EXPRESSION) FLOAT_ROWS(NAME, EXPRESSION) ROW(NAME##_i64, uint64_t, uint64_t, EXPRESSION)
#define ORDER_ROWS(NAME, EXPRESSION) FLOAT_ROWS(NAME, EXPRESSION) ROW(NAME##_i64, int64_t, int64_t, EXPRESSION)
#define COMPARE_ROWS(NAME, EXPRESSION)           \
  ROW(NAME##_f32, float, uint8_t, EXPRESSION)    \
  ROW(NAME##_f64, double, uint8_t, EXPRESSION)   \
  ROW(NAME##_i64, int64_t, uint8_t, EXPRESSION)

NUMBER_ROWS(add, x + y)
NUMBER_ROWS(sub, x - y)
NUMBER_ROWS(mul, x *y)
FLOAT_ROWS(div, x / y)
ORDER_ROWS(max, x > y || x != x ? x : y)
ORDER_ROWS(min, x < y || x != x ? x : y)
ROW(and_bool, uint8_t, uint8_t, x & y)
ROW(or_bool, uint8_t, uint8_t, x | y)
ROW(xor_bool, uint8_t, uint8_t, x ^ y)
FLOAT_ROWS(prelu, x < 0 ? x * y : x)
ROW(prelu_i64, uint64_t, uint64_t, (int64_t)x < 0 ? x * y : x)
COMPARE_ROWS(equal, x == y)
ROW(equal_bool, uint8_t, uint8_t, x == y)
COMPARE_ROWS(greater, x > y)
COMPARE_ROWS(greater_or_equal, x >= y)
COMPARE_ROWS(less, x < y)
COMPARE_ROWS(less_or_equal, x <= y)

#define FLOATS(NAME) [ZKTypeFloat] = NAME##_f32, [ZKTypeDouble] = NAME##_f64
#define NUMBERS(NAME) FLOATS(NAME), [ZKTypeInt64] = NAME##_i64

static const zk_binary_row binary_rows[][4] = {
    [ZKBinaryAdd] = {NUMBERS(add)},
    [ZKBinarySub] = {NUMBERS(sub)},
    [ZKBinaryMul] = {NUMBERS(mul)},
    [ZKBinaryDiv] = {FLOATS(div)},
    [ZKBinaryPow] = {0},  // in Transcendental.c and Remainder.c
    [ZKBinaryMod] = {0},  // in Remainder.c
    [ZKBinaryMax] = {NUMBERS(max)},
    [ZKBinaryMin] = {NUMBERS(min)},
    [ZKBinaryPrelu] = {NUMBERS(prelu)},
    [ZKBinaryAnd] = {[ZKTypeBool] = and_bool},
    [ZKBinaryOr] = {[ZKTypeBool] = or_bool},
    [ZKBinaryXor] = {[ZKTypeBool] = xor_bool},
};

static const zk_binary_row compare_rows[][4] = {
    [ZKCompareEqual] = {NUMBERS(equal), [ZKTypeBool] = equal_bool},
    [ZKCompareGreater] = {NUMBERS(greater)},
    [ZKCompareGreaterOrEqual] = {NUMBERS(greater_or_equal)},
    [ZKCompareLess] = {NUMBERS(less)},
    [ZKCompareLessOrEqual] = {NUMBERS(less_or_equal)},
};

zk_binary_row zk_binary_row_of(ZKBinary op, ZKType type) {
  if (binary_rows[op][type]) return binary_rows[op][type];
  return op == ZKBinaryPow && type != ZKTypeInt64 ? zk_pow_row(type) : zk_remainder_row(op, type);
}

zk_binary_row zk_compare_row_of(ZKCompare op, ZKType type) { return compare_rows[op][type]; }

typedef struct {
  zk_binary_row row;
  const ZKLayout *layout;
  ptrdiff_t size, out_size;
  const char *a, *b;
  char *out;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t last = c->layout->rank - 1, sa = c->layout->strides[0][last], sb = c->layout->strides[1][last];
  for (zk_rows rows = zk_rows_begin(c->layout, begin, end); rows.run > 0; zk_rows_next(&rows))
    c->row(
        rows.run, c->a + rows.offset[0] * c->size, sa, c->b + rows.offset[1] * c->size, sb,
        c->out + rows.position * c->out_size);
}

void zk_run_binary(
    zk_binary_row row, const ZKLayout *layout, ptrdiff_t size, ptrdiff_t out_size, ptrdiff_t cost, const void *a,
    const void *b, void *out) {
  const call c = {row, layout, size, out_size, a, b, out};
  zk_parallel(layout->count, 64, cost, run_range, &c);
}

bool zk_binary(ZKBinary op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out) {
  zk_binary_row row = zk_binary_row_of(op, type);
  if (!row) return false;
  const ptrdiff_t size = zk_type_size[type];
  zk_run_binary(row, layout, size, size, binary_rows[op][type] ? 1 : 4, a, b, out);
  return true;
}

bool zk_compare(ZKCompare op, ZKType type, const ZKLayout *layout, const void *a, const void *b, void *out) {
  zk_binary_row row = compare_rows[op][type];
  if (!row) return false;
  zk_run_binary(row, layout, zk_type_size[type], 1, 1, a, b, out);
  return true;
}
