// Float matrix products outside of plans.
#include "Matmul.h"
#include "include/zk_threads.h"

bool zk_matmul_float(const ZKMatmul *problem, const float *a, const float *b, const float *bias, float *out) {
  const matmul_plan plan = zk_matmul_plan(problem, zk_threads());
  float *scratch = zk_scratch(zk_matmul_plan_scratch(&plan));
  if (scratch) zk_matmul_execute(&plan, &(matmul_operands){a, b, bias, out, scratch});
  return scratch;
}
