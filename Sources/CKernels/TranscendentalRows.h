// The rows of one family for one type T. Included by TranscendentalFamily.h for float and double; no include guard.

#define V TYPED(vector)
#define FUNCTION(base) JOIN(FUNCTION_PREFIX, JOIN(base, FUNCTION_SUFFIX))
#define TANH_FUNCTION JOIN(FUNCTION_PREFIX, JOIN(tanh, TANH_SUFFIX))
#ifdef BYTES
typedef T V __attribute__((vector_size(BYTES)));
TARGET ZK_INLINE V TYPED(call)(void (*function)(void), V x) {
  register V first __asm__(REGISTER "0") = x;
  __asm__(CALL_CODE : "+v"(first) : [function] "r"(function) : CALL_CLOBBERS, "xmm1" WIDE_CLOBBERS);
  return first;
}

TARGET ZK_INLINE V TYPED(call_2)(void (*function)(void), V x, V y) {
  register V first __asm__(REGISTER "0") = x;
  register V second __asm__(REGISTER "1") = y;
  __asm__(CALL_CODE : "+v"(first), "+v"(second) : [function] "r"(function) : CALL_CLOBBERS WIDE_CLOBBERS);
  return first;
}

// SLEEF's functions take and return vectors; `call` adapts that. They are declared where they are called.
#define CALL(base, x)                     \
  ({                                      \
    void FUNCTION(base)(void);            \
    TYPED(call)(FUNCTION(base), x);       \
  })
#define TANH(x)                           \
  ({                                      \
    void TANH_FUNCTION(void);             \
    TYPED(call)(TANH_FUNCTION, x);        \
  })
#define POW(x, y)                         \
  ({                                      \
    void FUNCTION(pow)(void);             \
    TYPED(call_2)(FUNCTION(pow), x, y);   \
  })
// CHOSEN where the lanes of CONDITION are set, otherwise OTHER.
#define SELECT(CONDITION, CHOSEN, OTHER) \
  ((V)(((CONDITION) & (__typeof__(CONDITION))(CHOSEN)) | (~(CONDITION) & (__typeof__(CONDITION))(OTHER))))
#else
typedef T V;
#define CALL(base, x) FUNCTION(base)(x)
#define TANH(x) TANH_FUNCTION(x)
#define POW(x, y) FUNCTION(pow)(x, y)
#define SELECT(CONDITION, CHOSEN, OTHER) ((CONDITION) ? (CHOSEN) : (OTHER))
#endif

// Copies `bytes` bytes: a whole vector, except at the end of a row.
#define COPY(TO, FROM) (bytes == sizeof(V) ? memcpy(TO, FROM, sizeof(V)) : memcpy(TO, FROM, bytes))

// A row's last, partial vector uses the same vector code. A result then does not depend on its position.
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
      COPY(&x, xs + i);                                                                               \
      const V y = EXPRESSION;                                                                         \
      COPY(ys + i, &y);                                                                               \
    }                                                                                                 \
  }

// SLEEF's hyperbolic functions overflow earlier than necessary. There, e^|x| / 2 equals both, in two finite factors.
TARGET ZK_INLINE V TYPED(half_exp)(V x) {
  const V root = CALL(exp, (T)0.5 * __builtin_elementwise_abs(x));
  return (T)0.5 * root * root;
}

// tanh log(1 + e) = e (e + 2) / (e (e + 2) + 2) with e = exp x. It is 1 to the last bit from x = 20 on.
TARGET ZK_INLINE V TYPED(tanh_softplus)(V x) {
  const V e = CALL(exp, __builtin_elementwise_min(x, (T)20 - (V){0})), product = e * (e + (T)2);
  return product / (product + (T)2);
}

#define ROW(name, Name, ...) UNARY_ROW(name, (__VA_ARGS__))
#include "zk_transcendental.def"
#undef ROW

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
    if (sa) COPY(&x, a + i);
    if (sb) COPY(&y, b + i);
    const V z = POW(x, y);
    COPY(out + i, &z);
  }
}

#undef COPY
#undef UNARY_ROW
#undef SELECT
#undef FUNCTION
#undef TANH_FUNCTION
#undef CALL
#undef TANH
#undef POW
#undef V
#undef T
#undef TYPED
#undef FUNCTION_SUFFIX
#undef TANH_SUFFIX
