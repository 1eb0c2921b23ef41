#include "Matmul.h"

#include "Internal.h"

// A matrix product with k = 0 is zero. The accumulated values and the bias remain.
#define EMPTY(NAME, T)                                                                       \
  static void NAME(const ZKMatmul *p, const T *bias, T *out) {                               \
    for (ptrdiff_t i = 0; i < p->batch * p->m * p->n; i++) {                                 \
      const T before = p->accumulates ? (T)p->beta * out[i] : 0;                             \
      const T sum = before + (p->has_bias ? (T)p->alpha * bias[i % p->n] : 0);               \
      out[i] = p->has_leaky_relu && !(sum > 0) ? (T)p->slope * sum : sum;                    \
    }                                                                                        \
  }

EMPTY(empty_float, float)
EMPTY(empty_double, double)

bool zk_matmul(ZKType type, const ZKMatmul *problem, const void *a, const void *b, const void *bias, void *out) {
  ZKMatmul p = *problem;
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  if (p.batch > 1 && p.shared_b && !p.shared_a && !p.transposed_a) {
    // The rows of all the matrices form one tall matrix.
    p.m *= p.batch;
    p.batch = 1;
  }
  if (p.batch == 1) p.shared_a = p.shared_b = false;
  if (p.m == 0 || p.n == 0 || p.batch == 0) return true;
  if (p.k == 0) {
    type == ZKTypeFloat ? empty_float(&p, bias, out) : empty_double(&p, bias, out);
    return true;
  }
  return type == ZKTypeFloat ? zk_matmul_float(&p, a, b, bias, out) : zk_matmul_double(&p, a, b, bias, out);
}
