// Elementwise steps and reductions of what they make, block by block.
#include "include/zk_fused.h"

#include <stdlib.h>

#include "Rows.h"
#include "include/zk_threads.h"

// Bytes of a block of float or double.
enum { block_bytes = 4096, alignment = 64 };

// A step with its kernel. `place` is its result's block.
typedef struct {
  ZKFusedStep step;
  zk_unary_row unary;
  zk_binary_row binary;
  zk_cast_row cast;
  zk_where_row select;
  int place;
  // Whether the result is one number for a whole run of the innermost dimension.
  bool is_constant;
} prepared_step;

struct ZKFused {
  ZKFusedLoop loop;
  prepared_step steps[ZKFusedMaxSteps];
  // Elements in a block, blocks in a run of the innermost dimension, and in all.
  ptrdiff_t block, run_blocks, blocks;
  ptrdiff_t parts;
  // For each part: blocks of results, one more for operands that have to be spread, and the reductions' totals.
  ptrdiff_t part_bytes, total_offset;
  char *memory;
};

// Where a part of the loop is.
typedef struct {
  const ZKFused *fused;
  char *registers;
  const char *tensors[ZKFusedMaxTensors];
  ptrdiff_t totals[ZKFusedMaxReductions];
  ptrdiff_t index[ZKFusedMaxRank];
} walk;

// An operand's elements from a block's first on; the stride is 0 or 1.
typedef struct {
  const void *pointer;
  ptrdiff_t stride;
} view;

static void *register_of(const walk *w, int place) { return w->registers + (ptrdiff_t)place * block_bytes; }

static void *output_of(const walk *w, const ZKFusedStep *step, ptrdiff_t start) {
  const ZKFusedTensor *t = &w->fused->loop.tensors[step->output];
  return (char *)w->tensors[step->output] + start * t->strides[w->fused->loop.rank - 1] * zk_type_size[t->type];
}

static view operand_of(const walk *w, int operand, ptrdiff_t start) {
  const ZKFused *f = w->fused;
  if (operand >= 0) {
    const prepared_step *s = &f->steps[operand];
    const void *pointer = s->place >= 0 ? register_of(w, s->place) : output_of(w, &s->step, start);
    return (view){pointer, s->is_constant ? 0 : 1};
  }
  const ZKFusedTensor *t = &f->loop.tensors[~operand];
  const ptrdiff_t stride = t->strides[f->loop.rank - 1];
  return (view){w->tensors[~operand] + start * stride * zk_type_size[t->type], stride};
}

// The elements of an operand as a block, for kernels that know no strides.
static const void *spread(const walk *w, view v, ptrdiff_t size, ptrdiff_t n, int spare) {
  if (v.stride || n == 1) return v.pointer;
  char *block = register_of(w, spare);
  for (ptrdiff_t i = 0; i < n; i++) memcpy(block + i * size, v.pointer, (size_t)size);
  return block;
}

// Writes the one number of a constant result to all elements of its output.
static void write_constant(const walk *w, const prepared_step *s, ptrdiff_t start, ptrdiff_t n) {
  const ptrdiff_t size = zk_type_size[s->step.result];
  char *out = output_of(w, &s->step, start);
  for (ptrdiff_t i = 0; i < n; i++) memcpy(out + i * size, register_of(w, s->place), (size_t)size);
}

static void run_step(const walk *w, const prepared_step *s, ptrdiff_t start, ptrdiff_t n, int spare) {
  void *out = s->place >= 0 ? register_of(w, s->place) : output_of(w, &s->step, start);
  const view a = operand_of(w, s->step.operands[0], start);
  const ptrdiff_t count = s->is_constant ? 1 : n, size = zk_type_size[s->step.type];
  switch (s->step.kind) {
  case ZKFusedKindUnary: s->unary(count, s->step.a, s->step.b, a.pointer, out); break;
  case ZKFusedKindCast: s->cast(count, a.pointer, out); break;
  case ZKFusedKindBinary:
  case ZKFusedKindCompare: {
    const view b = operand_of(w, s->step.operands[1], start);
    s->binary(count, a.pointer, a.stride, b.pointer, b.stride, out);
    break;
  }
  case ZKFusedKindWhere: {
    const view b = operand_of(w, s->step.operands[1], start), c = operand_of(w, s->step.operands[2], start);
    const int constants = (a.stride == 0) * 4 + (b.stride == 0) * 2 + (c.stride == 0);
    s->select(count, a.pointer, b.pointer, c.pointer, out, constants);
    break;
  }
  case ZKFusedKindLeakyReluGrad: {
    const view x = operand_of(w, s->step.operands[1], start);
    zk_leaky_relu_grad_row(
        s->step.type, count, s->step.a, spread(w, a, size, count, spare), spread(w, x, size, count, spare + 1), out);
    break;
  }
  }
  if (s->is_constant && s->step.output >= 0) write_constant(w, s, start, n);
}

// Totals are doubles for either type.
#define ACCUMULATE(NAME, T)                                                                                    \
  ZK_CLONES static void NAME(ZKReduce op, ptrdiff_t n, const T *x, double *total) {                            \
    if (op == ZKReduceMax) {                                                                                   \
      for (ptrdiff_t i = 0; i < n; i++) total[i] = x[i] > total[i] || x[i] != x[i] ? x[i] : total[i];          \
    } else if (op == ZKReduceMin) {                                                                            \
      for (ptrdiff_t i = 0; i < n; i++) total[i] = x[i] < total[i] || x[i] != x[i] ? x[i] : total[i];          \
    } else {                                                                                                   \
      for (ptrdiff_t i = 0; i < n; i++) total[i] += x[i];                                                      \
    }                                                                                                          \
  }

ACCUMULATE(accumulate_f32, float)
ACCUMULATE(accumulate_f64, double)

static double joined(ZKReduce op, double total, double x) {
  if (op == ZKReduceMax) return x > total || x != x ? x : total;
  if (op == ZKReduceMin) return x < total || x != x ? x : total;
  return total + x;
}

static double *totals_of(const ZKFused *f, ptrdiff_t part, int reduction) {
  char *totals = f->memory + part * f->part_bytes + f->total_offset;
  for (int r = 0; r < reduction; r++) totals += f->loop.reductions[r].count * (ptrdiff_t)sizeof(double);
  return (double *)totals;
}

static void reduce(const walk *w, double *totals, int reduction, ptrdiff_t start, ptrdiff_t n) {
  const ZKFusedReduction *r = &w->fused->loop.reductions[reduction];
  const view x = operand_of(w, r->operand, start);
  const ptrdiff_t stride = r->strides[w->fused->loop.rank - 1];
  double *total = totals + w->totals[reduction] + start * stride;
  if (stride == 0 && x.stride) {
    *total = joined(r->op, *total, zk_reduce_line(r->op, r->type, n, x.pointer));
    return;
  }
  if (stride && x.stride) {
    r->type == ZKTypeFloat ? accumulate_f32(r->op, n, x.pointer, total) : accumulate_f64(r->op, n, x.pointer, total);
    return;
  }
  const double value = r->type == ZKTypeFloat ? (double)*(const float *)x.pointer : *(const double *)x.pointer;
  for (ptrdiff_t i = 0; i < n; i++) total[i * stride] = joined(r->op, total[i * stride], value);
}

// Goes to the run of the innermost dimension with this number.
static void seek(walk *w, ptrdiff_t run) {
  const ZKFusedLoop *loop = &w->fused->loop;
  for (int t = 0; t < loop->tensor_count; t++) w->tensors[t] = loop->tensors[t].pointer;
  for (int r = 0; r < loop->reduction_count; r++) w->totals[r] = 0;
  for (int d = loop->rank - 2; d >= 0; d--) {
    const ptrdiff_t at = run % loop->dims[d];
    run /= loop->dims[d];
    for (int t = 0; t < loop->tensor_count; t++)
      w->tensors[t] += at * loop->tensors[t].strides[d] * zk_type_size[loop->tensors[t].type];
    for (int r = 0; r < loop->reduction_count; r++) w->totals[r] += at * loop->reductions[r].strides[d];
  }
}

static void run_part(const ZKFused *f, ptrdiff_t part) {
  const ZKFusedLoop *loop = &f->loop;
  const ptrdiff_t extent = loop->dims[loop->rank - 1];
  walk w = {.fused = f, .registers = f->memory + part * f->part_bytes};
  double *totals[ZKFusedMaxReductions];
  for (int r = 0; r < loop->reduction_count; r++) {
    totals[r] = totals_of(f, part, r);
    const double start =
        loop->reductions[r].op == ZKReduceMax ? -INFINITY : loop->reductions[r].op == ZKReduceMin ? INFINITY : 0;
    for (ptrdiff_t i = 0; i < loop->reductions[r].count; i++) totals[r][i] = start;
  }
  const int spare = (int)(f->total_offset / block_bytes) - 2;
  const ptrdiff_t begin = f->blocks * part / f->parts, end = f->blocks * (part + 1) / f->parts;
  ptrdiff_t run = -1;
  for (ptrdiff_t b = begin; b < end; b++) {
    if (b / f->run_blocks != run) seek(&w, run = b / f->run_blocks);
    const ptrdiff_t start = b % f->run_blocks * f->block, n = zk_min(f->block, extent - start);
    for (int s = 0; s < loop->step_count; s++) run_step(&w, &f->steps[s], start, n, spare);
    for (int r = 0; r < loop->reduction_count; r++) reduce(&w, totals[r], r, start, n);
  }
}

static void run_parts(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t part = begin; part < end; part++) run_part(context, part);
}

// Joins the parts' totals in their order.
static void finish(const ZKFused *f, int reduction) {
  const ZKFusedReduction *r = &f->loop.reductions[reduction];
  double *first = totals_of(f, 0, reduction);
  for (ptrdiff_t part = 1; part < f->parts; part++) {
    const double *next = totals_of(f, part, reduction);
    if (r->op == ZKReduceMax || r->op == ZKReduceMin)
      for (ptrdiff_t i = 0; i < r->count; i++) first[i] = joined(r->op, first[i], next[i]);
    else
      for (ptrdiff_t i = 0; i < r->count; i++) first[i] += next[i];
  }
  const double divisor = r->op == ZKReduceMean ? (double)r->reduced : 1;
  for (ptrdiff_t i = 0; i < r->count; i++) {
    if (r->type == ZKTypeFloat)
      ((float *)r->y)[i] = (float)(first[i] / divisor);
    else
      ((double *)r->y)[i] = first[i] / divisor;
  }
}

bool zk_fused_run(void *context) {
  const ZKFused *f = context;
  if (f->parts == 1)
    run_part(f, 0);
  else
    zk_parallel(f->parts, 1, PTRDIFF_MAX / f->parts, run_parts, f);
  for (int r = 0; r < f->loop.reduction_count; r++) finish(f, r);
  return true;
}

static ptrdiff_t *strides_of(ZKFusedLoop *loop, int which) {
  return which < loop->tensor_count ? loop->tensors[which].strides
                                    : loop->reductions[which - loop->tensor_count].strides;
}

// Drops dimensions of size 1 and merges neighbours that every tensor walks as one.
static void merge_dimensions(ZKFusedLoop *loop) {
  const int all = loop->tensor_count + loop->reduction_count;
  int last = -1;
  for (int d = 0; d < loop->rank; d++) {
    if (loop->dims[d] == 1) continue;
    bool merges = last >= 0;
    for (int i = 0; i < all && merges; i++)
      merges = strides_of(loop, i)[last] == strides_of(loop, i)[d] * loop->dims[d];
    if (merges)
      loop->dims[last] *= loop->dims[d];
    else
      loop->dims[++last] = loop->dims[d];
    for (int i = 0; i < all; i++) strides_of(loop, i)[last] = strides_of(loop, i)[d];
  }
  if (last < 0) {  // a single element
    loop->dims[0] = 1;
    for (int i = 0; i < all; i++) strides_of(loop, i)[0] = 1;
    last = 0;
  }
  loop->rank = last + 1;
}

static bool find_kernel(prepared_step *s) {
  const ZKFusedStep *step = &s->step;
  switch (step->kind) {
  case ZKFusedKindUnary: return (s->unary = zk_unary_row_of((ZKUnary)step->function, step->type));
  case ZKFusedKindBinary: return (s->binary = zk_binary_row_of((ZKBinary)step->function, step->type));
  case ZKFusedKindCompare: return (s->binary = zk_compare_row_of((ZKCompare)step->function, step->type));
  case ZKFusedKindCast: return (s->cast = zk_cast_row_of(step->type, step->result));
  case ZKFusedKindWhere: return (s->select = zk_where_row_of(zk_type_size[step->type]));
  case ZKFusedKindLeakyReluGrad: return step->type == ZKTypeFloat || step->type == ZKTypeDouble;
  }
  return false;
}

static int arity(ZKFusedKind kind) {
  switch (kind) {
  case ZKFusedKindUnary:
  case ZKFusedKindCast: return 1;
  case ZKFusedKindWhere: return 3;
  default: return 2;
  }
}

static bool is_constant(const ZKFused *f, int operand) {
  return operand >= 0 ? f->steps[operand].is_constant : f->loop.tensors[~operand].strides[f->loop.rank - 1] == 0;
}

// About how many additions a step costs.
static ptrdiff_t cost_of(const ZKFusedStep *step) {
  if (step->kind == ZKFusedKindUnary && zk_transcendental_row((ZKUnary)step->function, step->type)) return 2;
  return step->kind == ZKFusedKindBinary && step->function == ZKBinaryPow ? 4 : 1;
}

// Gives every result that is not written straight to memory a block, and blocks to new results once they are read for
// the last time. How many blocks there are.
static int place_results(ZKFused *f) {
  int last_use[ZKFusedMaxSteps], owner[ZKFusedMaxSteps], places = 0;
  for (int s = 0; s < f->loop.step_count; s++) {
    last_use[s] = s;
    for (int o = 0; o < arity(f->steps[s].step.kind); o++)
      if (f->steps[s].step.operands[o] >= 0) last_use[f->steps[s].step.operands[o]] = s;
  }
  for (int r = 0; r < f->loop.reduction_count; r++)
    if (f->loop.reductions[r].operand >= 0) last_use[f->loop.reductions[r].operand] = f->loop.step_count;
  for (int s = 0; s < f->loop.step_count; s++) {
    prepared_step *p = &f->steps[s];
    p->place = -1;
    if (p->step.output >= 0 && !p->is_constant) continue;
    int place = 0;
    while (place < places && last_use[owner[place]] >= s) place++;
    if (place == places) places++;
    owner[place] = s;
    p->place = place;
  }
  return places;
}

ZKFused *zk_fused_prepare(const ZKFusedLoop *loop, int threads) {
  ZKFused *f = calloc(1, sizeof *f);
  if (!f) return NULL;
  f->loop = *loop;
  merge_dimensions(&f->loop);
  const int last = f->loop.rank - 1;
  bool works = true;
  for (int t = 0; t < f->loop.tensor_count; t++) works = works && f->loop.tensors[t].strides[last] >> 1 == 0;
  ptrdiff_t cost = f->loop.reduction_count, count = 1, size = sizeof(float);
  for (int d = 0; d <= last; d++) count *= f->loop.dims[d];
  for (int s = 0; s < f->loop.step_count && works; s++) {
    prepared_step *p = &f->steps[s];
    p->step = f->loop.steps[s];
    works = find_kernel(p);
    p->is_constant = true;
    for (int o = 0; o < arity(p->step.kind); o++) p->is_constant &= is_constant(f, p->step.operands[o]);
    cost += cost_of(&p->step);
    if (zk_type_size[p->step.type] > size) size = zk_type_size[p->step.type];
    if (zk_type_size[p->step.result] > size) size = zk_type_size[p->step.result];
  }
  f->block = block_bytes / size;
  f->run_blocks = (f->loop.dims[last] + f->block - 1) / f->block;
  f->blocks = count == 0 ? 0 : count / f->loop.dims[last] * f->run_blocks;
  f->parts = count * cost < 131072 ? 1 : zk_min(threads, f->blocks);
  f->total_offset = works ? (place_results(f) + 2) * block_bytes : 0;
  f->part_bytes = f->total_offset;
  for (int r = 0; r < f->loop.reduction_count; r++)
    f->part_bytes += f->loop.reductions[r].count * (ptrdiff_t)sizeof(double);
  f->part_bytes = (f->part_bytes + alignment - 1) / alignment * alignment;
  f->memory = works ? aligned_alloc(alignment, (size_t)(f->parts * f->part_bytes)) : NULL;
  if (f->memory) return f;
  free(f);
  return NULL;
}

void zk_fused_release(ZKFused *fused) {
  if (!fused) return;
  free(fused->memory);
  free(fused);
}
