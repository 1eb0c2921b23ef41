// Float convolutions with their operands, prepared once.
#include <stdlib.h>

#include "ConvolutionPlan.h"

struct ZKBoundConvolution {
  convolution_plan plan;
  convolution_operands operands;
};

ZKBoundConvolution *zk_convolution_bind(
    ZKConvolutionResult result, const ZKConvolution *problem, int threads, const float *first, const float *second,
    const float *bias, float *out) {
  ZKBoundConvolution *bound = calloc(1, sizeof *bound);
  if (!bound) return NULL;
  bound->operands = zk_convolution_operands(result, first, second, bias, out, NULL);
  if (zk_convolution_plan_create(&bound->plan, result, problem, threads)) return bound;
  zk_convolution_release(bound);
  return NULL;
}

size_t zk_convolution_scratch_size(const ZKBoundConvolution *bound) {
  return zk_convolution_plan_scratch(&bound->plan);
}

void zk_convolution_set_scratch(ZKBoundConvolution *bound, void *scratch) { bound->operands.scratch = scratch; }

bool zk_convolution_run(void *context) {
  const ZKBoundConvolution *bound = context;
  zk_convolution_plan_run(&bound->plan, &bound->operands);
  return true;
}

void zk_convolution_release(ZKBoundConvolution *bound) {
  zk_convolution_plan_destroy(&bound->plan);
  free(bound);
}
