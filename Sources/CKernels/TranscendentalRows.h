// The rows of one family for one type T. Included by TranscendentalFamily.h for float and double; no include guard.

#define V TYPED(vector)
#ifdef BYTES
#define FUNCTION(base) JOIN(Sleef_##base, FUNCTION_SUFFIX)
#define TANH JOIN(Sleef_tanh, TANH_SUFFIX)
typedef T V __attribute__((vector_size(BYTES)));
TARGET V FUNCTION(exp)(V);
TARGET V FUNCTION(log)(V);
TARGET V FUNCTION(log1p)(V);
TARGET V TANH(V);
TARGET V FUNCTION(pow)(V, V);
TARGET V FUNCTION(expm1)(V);
TARGET V FUNCTION(sin)(V);
TARGET V FUNCTION(cos)(V);
TARGET V FUNCTION(tan)(V);
TARGET V FUNCTION(asin)(V);
TARGET V FUNCTION(acos)(V);
TARGET V FUNCTION(atan)(V);
TARGET V FUNCTION(sinh)(V);
TARGET V FUNCTION(cosh)(V);
TARGET V FUNCTION(erf)(V);
// CHOSEN where the lanes of CONDITION are set, otherwise OTHER.
#define SELECT(CONDITION, CHOSEN, OTHER) \
  ((V)(((CONDITION) & (__typeof__(CONDITION))(CHOSEN)) | (~(CONDITION) & (__typeof__(CONDITION))(OTHER))))
#else
#define SELECT(CONDITION, CHOSEN, OTHER) ((CONDITION) ? (CHOSEN) : (OTHER))
#define FUNCTION(base) JOIN(base, FUNCTION_SUFFIX)
#define TANH JOIN(tanh, TANH_SUFFIX)
typedef T V;
#endif

// A row's last, partial vector goes through the same vector code, so that a result does not depend on its position.
#define UNARY_ROW(NAME, EXPRESSION)                                                                   \
  TARGET static void TYPED(NAME)(ptrdiff_t n, double va, double vb, const void *vx, void *vy) {       \
    const ptrdiff_t lanes = sizeof(V) / sizeof(T);                                                    \
    const T *xs = vx;                                                                                 \
    T *ys = vy;                                                                                       \
    const T a = (T)va, b = (T)vb;                                                                     \
    (void)a, (void)b;                                                                                 \
    for (ptrdiff_t i = 0; i < n; i += lanes) {                                                        \
      const size_t bytes = i + lanes <= n ? sizeof(V) : (size_t)(n - i) * sizeof(T);                  \
      V x = {0};                                                                                      \
      bytes == sizeof(V) ? memcpy(&x, xs + i, sizeof(V)) : memcpy(&x, xs + i, bytes);                 \
      const V y = EXPRESSION;                                                                         \
      bytes == sizeof(V) ? memcpy(ys + i, &y, sizeof(V)) : memcpy(ys + i, &y, bytes);                 \
    }                                                                                                 \
  }

UNARY_ROW(exp, FUNCTION(exp)(x))
UNARY_ROW(log, FUNCTION(log)(x))
UNARY_ROW(tanh, TANH(x))
UNARY_ROW(sigmoid, (T)1 / ((T)1 + FUNCTION(exp)(-x)))
UNARY_ROW(
    softplus, __builtin_elementwise_max(x, (V){0}) + FUNCTION(log1p)(FUNCTION(exp)(-__builtin_elementwise_abs(x))))
UNARY_ROW(sin, FUNCTION(sin)(x))
UNARY_ROW(cos, FUNCTION(cos)(x))
UNARY_ROW(tan, FUNCTION(tan)(x))
UNARY_ROW(asin, FUNCTION(asin)(x))
UNARY_ROW(acos, FUNCTION(acos)(x))
UNARY_ROW(atan, FUNCTION(atan)(x))
// SLEEF's hyperbolic functions are infinite before they have to be; there, e^|x| / 2 is both, in two factors that are
// finite.
TARGET static V TYPED(half_exp)(V x) {
  const V root = FUNCTION(exp)((T)0.5 * __builtin_elementwise_abs(x));
  return (T)0.5 * root * root;
}
UNARY_ROW(sinh, SELECT(__builtin_elementwise_abs(x) > 80 - (V){0}, __builtin_elementwise_copysign(TYPED(half_exp)(x), x), FUNCTION(sinh)(x)))
UNARY_ROW(cosh, SELECT(__builtin_elementwise_abs(x) > 80 - (V){0}, TYPED(half_exp)(x), FUNCTION(cosh)(x)))
UNARY_ROW(erf, FUNCTION(erf)(x))
UNARY_ROW(elu, SELECT(x > (V){0}, x, a * FUNCTION(expm1)(b * x)))
UNARY_ROW(selu, b * SELECT(x > (V){0}, x, a * FUNCTION(expm1)(x)))
UNARY_ROW(gelu, (T)0.5 * x * ((T)1 + FUNCTION(erf)(x * (T)M_SQRT1_2)))
// √(2/π) = √½ · 2/√π
UNARY_ROW(
    gelu_tanh,
    (T)0.5 * x * ((T)1 + TANH((T)(M_SQRT1_2 * M_2_SQRTPI) * (x + (T)0.044715 * x * x * x))))
// tanh log(1 + e) = e (e + 2) / (e (e + 2) + 2) with e = exp x, which is 1 to the last bit from x = 20 on.
TARGET static V TYPED(tanh_softplus)(V x) {
  const V e = FUNCTION(exp)(__builtin_elementwise_min(x, (T)20 - (V){0})), product = e * (e + (T)2);
  return product / (product + (T)2);
}
UNARY_ROW(mish, x * TYPED(tanh_softplus)(x))

TARGET static void TYPED(pow)(ptrdiff_t n, const void *va, ptrdiff_t sa, const void *vb, ptrdiff_t sb, void *vo) {
  const ptrdiff_t lanes = sizeof(V) / sizeof(T);
  const T *a = va, *b = vb;
  T *out = vo;
  if (sb == 0 && *b == 2) {  // the commonest exponent, exact and far cheaper
    ZK_VECTORIZE
    for (ptrdiff_t i = 0; i < n; i++) out[i] = a[i] * a[i];
    return;
  }
  if (sb == 0 && *b == 1) {  // the derivative of a square
    memcpy(out, a, (size_t)n * sizeof(T));
    return;
  }
  const V a0 = *a - (V){0}, b0 = *b - (V){0};
  for (ptrdiff_t i = 0; i < n; i += lanes) {
    const size_t bytes = i + lanes <= n ? sizeof(V) : (size_t)(n - i) * sizeof(T);
    V x = a0, y = b0;
    if (sa) memcpy(&x, a + i, bytes);
    if (sb) memcpy(&y, b + i, bytes);
    const V z = FUNCTION(pow)(x, y);
    memcpy(out + i, &z, bytes);
  }
}

#undef UNARY_ROW
#undef SELECT
#undef FUNCTION
#undef TANH
#undef V
#undef T
#undef TYPED
#undef FUNCTION_SUFFIX
#undef TANH_SUFFIX
