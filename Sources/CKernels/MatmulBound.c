// Float matrix products with their operands, prepared once.
#include <stdlib.h>

#include "Matmul.h"

struct ZKBoundMatmul {
  matmul_plan plan;
  matmul_operands operands;
};

ZKBoundMatmul *zk_matmul_bind(
    const ZKMatmul *problem, int threads, const float *a, const float *b, const float *bias, float *out) {
  ZKBoundMatmul *bound = malloc(sizeof *bound);
  if (bound) *bound = (ZKBoundMatmul){zk_matmul_plan(problem, threads), {a, b, bias, out, NULL}};
  return bound;
}

size_t zk_matmul_scratch_size(const ZKBoundMatmul *bound) { return zk_matmul_plan_scratch(&bound->plan); }

void zk_matmul_set_scratch(ZKBoundMatmul *bound, void *scratch) { bound->operands.scratch = scratch; }

bool zk_matmul_run(void *context) {
  const ZKBoundMatmul *bound = context;
  zk_matmul_execute(&bound->plan, &bound->operands);
  return true;
}

void zk_matmul_release(ZKBoundMatmul *bound) { free(bound); }
