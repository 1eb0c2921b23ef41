#include "include/zk_instruction.h"

#include <math.h>
#include <string.h>

#include "include/zk_copy.h"
#include "include/zk_optimizer.h"
#include "include/zk_threads.h"
#include "Internal.h"

typedef struct {
  const ZKInstruction *instructions;
  uint64_t *nanoseconds;
  const ptrdiff_t *bounds;
  ptrdiff_t *failed;
} lanes;

// Returns -1, or the index of the instruction that failed.
static ptrdiff_t run_lane(const lanes *l, ptrdiff_t lane, int threads) {
  uint64_t before = l->nanoseconds ? zk_now() : 0;
  for (ptrdiff_t i = l->bounds[lane]; i < l->bounds[lane + 1]; i++) {
    zk_set_threads(threads);
    if (!l->instructions[i].run(l->instructions[i].context)) return i;
    if (l->nanoseconds) {
      const uint64_t after = zk_now();
      l->nanoseconds[i] += after - before;
      before = after;
    }
  }
  return -1;
}

static void run_part(const void *context, int lane) {
  const lanes *l = context;
  l->failed[lane] = run_lane(l, lane, 1);
}

static ptrdiff_t run_together(lanes *l, int count) {
  ptrdiff_t failed[count];
  l->failed = failed;
  zk_run_parts(count, run_part, l);
  for (int lane = 0; lane < count; lane++)
    if (failed[lane] >= 0) return failed[lane];
  return -1;
}

ptrdiff_t zk_run(
    const ZKInstruction *instructions, const ZKSection *sections, ptrdiff_t count, uint64_t *nanoseconds) {
  for (ptrdiff_t i = 0; i < count; i++) {
    lanes l = {instructions, nanoseconds, sections[i].bounds, NULL};
    const ptrdiff_t failed =
        sections[i].lanes == 1 ? run_lane(&l, 0, sections[i].threads) : run_together(&l, sections[i].lanes);
    if (failed >= 0) return failed;
  }
  return -1;
}

bool zk_copy_run(void *context) {
  const ZKBoundCopy *c = context;
  return zk_copy(c->element_size, &c->layout, c->source, c->destination);
}

bool zk_fill_run(void *context) {
  static const uint64_t zero = 0;
  const ZKBoundFill *c = context;
  return zk_fill(c->element_size, c->count, c->value ? c->value : &zero, c->destination);
}

bool zk_move_run(void *context) {
  const ZKBoundMove *c = context;
  memcpy(c->destination, c->source, c->size);
  return true;
}

bool zk_reduce_run(void *context) {
  const ZKBoundReduce *c = context;
  return zk_reduce(c->op, c->type, c->outer, c->reduce, c->inner, c->x, c->y);
}

bool zk_binary_run(void *context) {
  const ZKBoundBinary *c = context;
  return zk_binary(c->op, c->type, &c->layout, c->a, c->b, c->out);
}

bool zk_batch_norm_run(void *context) {
  const ZKBoundBatchNorm *c = context;
  return zk_batch_norm_training(
      c->type, c->shape, c->epsilon, c->momentum, c->x, c->scale, c->bias, c->running_mean, c->running_variance, c->y,
      c->new_mean, c->new_variance);
}

// Exponentiation by squaring. Its bits equal those of the reference kernel.
static double power(double base, int64_t exponent) {
  double result = 1;
  for (int64_t rest = exponent > 0 ? exponent : 0; rest > 0; rest >>= 1) {
    if (rest & 1) result *= base;
    base *= base;
  }
  return result;
}

bool zk_adam_run(void *context) {
  const ZKBoundAdam *c = context;
  const double rate = c->type == ZKTypeFloat ? (double)*(const float *)c->rate : *(const double *)c->rate;
  const ZKAdam settings = {
      .rate = rate / (1 - power(c->beta1, *c->step)),
      .beta1 = c->beta1,
      .beta2 = c->beta2,
      .epsilon = c->epsilon,
      .correction = 1 / sqrt(1 - power(c->beta2, *c->step))};
  return zk_adam(c->type, settings, c->count, c->x, c->g, c->m, c->v, c->new_x, c->new_m, c->new_v);
}
