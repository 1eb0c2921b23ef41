// Float matrix products with their operands, prepared once.
#include <stdlib.h>

#include "Internal.h"
#include "MatmulPrimitive.h"
#include "include/zk_threads.h"

struct ZKBoundMatmul {
  matmul_primitive primitive;
  matmul_operands operands;
  int threads;
  const float *a, *b, *bias;
  float *out;
};

ZKBoundMatmul *zk_matmul_bind(
    const ZKMatmul *problem, int threads, const float *a, const float *b, const float *bias, float *out) {
  ZKBoundMatmul *bound = calloc(1, sizeof *bound);
  if (!bound) return NULL;
  *bound = (ZKBoundMatmul){.primitive.problem = *problem, .threads = threads, .a = a, .b = b, .bias = bias, .out = out};
  const int before = zk_threads();
  zk_signals_hold(threads);
  zk_set_threads(threads);
  const bool ok = zk_matmul_primitive_create(&bound->primitive)
      && zk_matmul_operands_create(&bound->operands, &bound->primitive)
      && zk_matmul_place(&bound->primitive, &bound->operands, a, b, bias, out, NULL);
  zk_set_threads(before);
  zk_signals_release();
  if (ok) return bound;
  zk_matmul_release(bound);
  return NULL;
}

size_t zk_matmul_scratch_size(const ZKBoundMatmul *bound) { return zk_matmul_primitive_scratch(&bound->primitive); }

void zk_matmul_set_scratch(ZKBoundMatmul *bound, void *scratch) {
  zk_matmul_place(&bound->primitive, &bound->operands, bound->a, bound->b, bound->bias, bound->out, scratch);
}

bool zk_matmul_run(void *context) {
  const ZKBoundMatmul *bound = context;
  zk_set_threads(bound->threads);
  return zk_matmul_execute(&bound->primitive, &bound->operands);
}

void zk_matmul_release(ZKBoundMatmul *bound) {
  zk_matmul_operands_destroy(&bound->operands);
  zk_matmul_primitive_destroy(&bound->primitive);
  free(bound);
}
