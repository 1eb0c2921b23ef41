// exp, log, pow, trigonometric functions and functions composed of them: SLEEF's vector functions.
#include "Rows.h"

// The families of functions: rows[ZKUnary] and one for pow, for float and double.
typedef struct {
  zk_unary_row unary[ZKUnaryNot + 1][2];
  zk_binary_row pow[2];
} family;

#define PASTE(a, b) a##b
#define JOIN(a, b) PASTE(a, b)

#if defined(__x86_64__)

// A call of SLEEF, in assembly. clang passes vectors of more than 16 bytes in registers according to its command line
// alone, not to a function's target. The callee's stack begins below the red zone, and aligned.
#define CALL_CODE           \
  "movq %%rsp, %%rbx\n\t"   \
  "subq $128, %%rsp\n\t"    \
  "andq $-64, %%rsp\n\t"    \
  "call *%[function]\n\t"   \
  "movq %%rbx, %%rsp"
#define CALL_CLOBBERS                                                                                        \
  "cc", "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "xmm2", "xmm3", "xmm4", "xmm5",  \
      "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

// SLEEF's functions with fixed bits ("finz", and "cinz" where there is no FMA): an element's result depends neither on
// its neighbours in the vector nor on the width of the vector.
#define ISA avx512
#define TARGET __attribute__((target("avx512f,avx2,fma")))
#define BYTES 64
#define FUNCTION_PREFIX Sleef_finz_
#define SLEEF_FLOAT f16_u10avx512f
#define SLEEF_FLOAT_TANH f16_u35avx512f
#define SLEEF_DOUBLE d8_u10avx512f
#define REGISTER "zmm"
#define WIDE_CLOBBERS \
  , "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21", "xmm22", \
      "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31"
#include "TranscendentalFamily.h"

#define ISA avx2
#define TARGET __attribute__((target("avx2,fma")))
#define BYTES 32
#define FUNCTION_PREFIX Sleef_finz_
#define SLEEF_FLOAT f8_u10avx2
#define SLEEF_FLOAT_TANH f8_u35avx2
#define SLEEF_DOUBLE d4_u10avx2
#define REGISTER "ymm"
#define WIDE_CLOBBERS
#include "TranscendentalFamily.h"

#define ISA sse2
#define TARGET
#define BYTES 16
#define FUNCTION_PREFIX Sleef_cinz_
#define SLEEF_FLOAT f4_u10sse2
#define SLEEF_FLOAT_TANH f4_u35sse2
#define SLEEF_DOUBLE d2_u10sse2
#define REGISTER "xmm"
#define WIDE_CLOBBERS
#include "TranscendentalFamily.h"

static const family *chosen(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return &family_sse2;
  return __builtin_cpu_supports("avx512f") ? &family_avx512 : &family_avx2;
}

#else

#define ISA scalar
#define TARGET
#define FUNCTION_PREFIX
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

const char *zk_transcendental_name(ZKUnary op) {
  static const char *const names[ZKUnaryNot + 1] = {
#define ROW(name, Name, ...) [ZKUnary##Name] = #Name,
#include "zk_transcendental.def"
#undef ROW
  };
  return names[op];
}
