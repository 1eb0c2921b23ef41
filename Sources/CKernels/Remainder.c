// Functions of two values without vector instructions: remainders, and powers of integers.
#include "Rows.h"

// x rem -1 is 0 for every x, but processors trap on the lowest.
ZK_INLINE int64_t remainder_i64(int64_t x, int64_t y) { return y == 0 || y == -1 ? 0 : x % y; }

ZK_INLINE int64_t modulo_i64(int64_t x, int64_t y) {
  const int64_t r = remainder_i64(x, y);
  return r != 0 && (r < 0) != (y < 0) ? r + y : r;
}

// Exponentiation by squaring, with wrap-around.
ZK_INLINE int64_t power_i64(int64_t x, int64_t y) {
  if (y < 0) return x == 1 ? 1 : x == -1 ? (y % 2 == 0 ? 1 : -1) : 0;
  uint64_t result = 1;
  for (uint64_t square = (uint64_t)x; y > 0; y >>= 1, square *= square)
    if (y & 1) result *= square;
  return (int64_t)result;
}

#define ROW(NAME, T, FUNCTION)                                                                                    \
  static void NAME(ptrdiff_t n, const void *va, ptrdiff_t sa, const void *vb, ptrdiff_t sb, void *vo) {           \
    const T *a = va, *b = vb;                                                                                     \
    T *out = vo;                                                                                                  \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = FUNCTION(a[i * sa], b[i * sb]);                                    \
  }

ROW(fmod_f32, float, fmodf)
ROW(fmod_f64, double, fmod)
ROW(fmod_i64, int64_t, remainder_i64)
ROW(mod_i64, int64_t, modulo_i64)
ROW(pow_i64, int64_t, power_i64)

zk_binary_row zk_remainder_row(ZKBinary op, ZKType type) {
  switch (op) {
  case ZKBinaryFmod: {
    static const zk_binary_row rows[4] = {
        [ZKTypeFloat] = fmod_f32, [ZKTypeDouble] = fmod_f64, [ZKTypeInt64] = fmod_i64};
    return rows[type];
  }
  case ZKBinaryMod: return type == ZKTypeInt64 ? mod_i64 : NULL;
  case ZKBinaryPow: return type == ZKTypeInt64 ? pow_i64 : NULL;
  default: return NULL;
  }
}
