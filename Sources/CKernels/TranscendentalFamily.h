// One family of transcendental rows. Included once for each instruction set by Transcendental.c, which defines
//   ISA           the family's name
//   TARGET        the attribute that lets the compiler use its instructions
//   BYTES         the width of a vector; without it, "vectors" are single values and the functions are libm's
//   FUNCTION_PREFIX   the prefix of SLEEF's names
//   SLEEF_FLOAT, SLEEF_DOUBLE   the suffix of SLEEF's names, as in Sleef_finz_expf16_u10avx512f
//   SLEEF_FLOAT_TANH   the suffix of tanh for float: the variant of 3.5 ulp, three times as fast as that of 1 ulp
//   REGISTER      the name of the vectors' registers
//   WIDE_CLOBBERS   the registers besides xmm0 to xmm15 that a call may change
// No include guard, on purpose.

#define NAME(base) JOIN(base, JOIN(_, ISA))

#define T float
#define TYPED(base) NAME(JOIN(base, _f32))
#define FUNCTION_SUFFIX SLEEF_FLOAT
#define TANH_SUFFIX SLEEF_FLOAT_TANH
#include "TranscendentalRows.h"

#define T double
#define TYPED(base) NAME(JOIN(base, _f64))
#define FUNCTION_SUFFIX SLEEF_DOUBLE
#define TANH_SUFFIX SLEEF_DOUBLE
#include "TranscendentalRows.h"

#define BOTH(base) {NAME(base##_f32), NAME(base##_f64)}
static const family NAME(family) = {
    .unary = {
#define ROW(name, Name, ...) [ZKUnary##Name] = BOTH(name),
#include "zk_transcendental.def"
#undef ROW
    },
    .pow = BOTH(pow),
};
#undef BOTH

#undef NAME
#undef ISA
#undef TARGET
#undef BYTES
#undef FUNCTION_PREFIX
#undef REGISTER
#undef WIDE_CLOBBERS
#undef SLEEF_FLOAT
#undef SLEEF_FLOAT_TANH
#undef SLEEF_DOUBLE
