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
#else
#define FUNCTION(base) JOIN(base, FUNCTION_SUFFIX)
#define TANH JOIN(tanh, TANH_SUFFIX)
typedef T V;
#endif

// A row's last, partial vector goes through the same vector code, so that a result does not depend on its position.
#define UNARY_ROW(NAME, EXPRESSION)                                                                   \
  TARGET static void TYPED(NAME)(ptrdiff_t n, double alpha, const void *vx, void *vy) {               \
    const ptrdiff_t lanes = sizeof(V) / sizeof(T);                                                    \
    const T *xs = vx;                                                                                 \
    T *ys = vy;                                                                                       \
    (void)alpha;                                                                                      \
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
#undef FUNCTION
#undef TANH
#undef V
#undef T
#undef TYPED
#undef FUNCTION_SUFFIX
#undef TANH_SUFFIX
