// exp, log, pow, trigonometric functions and what is made of them: SLEEF's vector functions.
#include "Rows.h"

// The families of functions: rows[ZKUnary] and one for pow, for float and double.
typedef struct {
  zk_unary_row unary[ZKUnaryNot + 1][2];
  zk_binary_row pow[2];
} family;

#define PASTE(a, b) a##b
#define JOIN(a, b) PASTE(a, b)

#if defined(__x86_64__)

// Vectors of 16 bytes even where wider ones exist: clang decides by its command line alone, not by a function's target,
// in which registers wider ones are passed, so SLEEF would look for them in the wrong place.
#define BYTES 16

#define ISA avx2
#define TARGET __attribute__((target("avx2,fma")))
#define SLEEF_FLOAT f4_u10avx2128
#define SLEEF_FLOAT_TANH f4_u35avx2128
#define SLEEF_DOUBLE d2_u10avx2128
#include "TranscendentalFamily.h"

#define ISA sse2
#define TARGET
#define SLEEF_FLOAT f4_u10sse2
#define SLEEF_FLOAT_TANH f4_u35sse2
#define SLEEF_DOUBLE d2_u10sse2
#include "TranscendentalFamily.h"

static const family *chosen(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &family_avx2 : &family_sse2;
}

#else

#define ISA scalar
#define TARGET
#define SLEEF_FLOAT f
#define SLEEF_FLOAT_TANH f
#define SLEEF_DOUBLE
#include "TranscendentalFamily.h"

static const family *chosen(void) { return &family_scalar; }

#endif

zk_unary_row zk_transcendental_row(ZKUnary op, ZKType type) {
  return type == ZKTypeFloat || type == ZKTypeDouble ? chosen()->unary[op][type == ZKTypeDouble] : NULL;
}

zk_binary_row zk_pow_row(ZKType type) {
  return type == ZKTypeFloat || type == ZKTypeDouble ? chosen()->pow[type == ZKTypeDouble] : NULL;
}
