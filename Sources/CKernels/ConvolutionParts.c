#include "ConvolutionParts.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "Internal.h"
#include "Window.h"
#include "include/zk_threads.h"

enum { X = ZKConvolutionOperandX, W = ZKConvolutionOperandW, Y = ZKConvolutionOperandY, alignment = 64 };

// The first image of a part.
static ptrdiff_t first_image(const convolution_parts *c, int part) { return c->problem.batch * part / c->count; }

// The elements of one image of X or Y.
static ptrdiff_t image_size(const ZKConvolution *p, int which) {
  return which == X ? p->groups * p->channels * zk_volume(p->window.input)
                    : p->groups * p->rows * zk_volume(p->window.output);
}

// Whether parts of a batch lie one after the other in a layout, and have it in common with a part of another size.
static bool is_divisible(const convolution_primitive *p, const convolution_primitive *q, int which) {
  zk_blocking a, b;
  if (!zk_memory_desc_blocking(zk_convolution_working(p, (ZKConvolutionOperand)which), &a)
      || !zk_memory_desc_blocking(zk_convolution_working(q, (ZKConvolutionOperand)which), &b) || a.rank != b.rank
      || a.blocks != b.blocks)
    return false;
  for (int i = 0; i < a.blocks; i++)
    if (a.block_axes[i] != b.block_axes[i] || a.block_sizes[i] != b.block_sizes[i]
        || (which != W && a.block_axes[i] == 0))
      return false;
  for (int axis = 0; axis < a.rank; axis++) {
    const bool is_batch = which != W && axis == 0;
    if (a.strides[axis] != b.strides[axis] || (!is_batch && a.dims[axis] != b.dims[axis])) return false;
    if (which != W && a.strides[axis] > a.strides[0]) return false;
  }
  return true;
}

void zk_convolution_parts_destroy(convolution_parts *c) {
  for (int part = 0; part < c->count && c->parts; part++) zk_convolution_primitive_destroy(&c->parts[part]);
  free(c->parts);
  c->parts = NULL;
}

static bool create_parts(convolution_parts *c, int count) {
  c->count = count;
  c->parts = calloc((size_t)count, sizeof *c->parts);
  bool ok = c->parts;
  for (int part = 0; part < count && ok; part++) {
    convolution_primitive *p = &c->parts[part];
    p->result = c->result;
    p->problem = c->problem;
    p->problem.batch = first_image(c, part + 1) - first_image(c, part);
    ok = zk_convolution_primitive_create(p);
    for (int which = X; which <= Y && ok; which++) ok = part == 0 || is_divisible(c->parts, p, which);
  }
  if (!ok) zk_convolution_parts_destroy(c);
  return ok;
}

bool zk_convolution_parts_create(convolution_parts *c, int threads) {
  const ZKConvolution *p = &c->problem;
  const ptrdiff_t weights = p->groups * p->rows * p->channels * zk_volume(p->window.kernel);
  const double flops = 2.0 * (double)p->batch * (double)weights * (double)zk_volume(p->window.output);
  const int count = flops < ZKParallelFlops ? 1 : (int)zk_min(threads, p->batch);
  c->sum_bytes = (size_t)weights * sizeof(float);
  return create_parts(c, count) || (count > 1 && create_parts(c, 1));
}

static size_t aligned(size_t size) { return (size + alignment - 1) / alignment * alignment; }

bool zk_convolution_parts_set_given(convolution_parts *c, const bool is_given[3]) {
  c->workspace_size = 0;
  for (int part = 0; part < c->count; part++) {
    convolution_primitive *p = &c->parts[part];
    memcpy(p->is_given, is_given, sizeof p->is_given);
    if (!zk_convolution_operands_create(p)) return false;
    c->workspace_size += p->workspace_size;
  }
  if (c->result == ZKConvolutionResultW) c->workspace_size += (size_t)(c->count - 1) * aligned(c->sum_bytes);
  return true;
}

bool zk_convolution_parts_place(convolution_parts *c, void *const tensors[3], const float *bias, char *workspace) {
  memcpy(c->tensors, tensors, sizeof c->tensors);
  c->sums = (float *)workspace;
  if (c->result == ZKConvolutionResultW && workspace) workspace += (size_t)(c->count - 1) * aligned(c->sum_bytes);
  bool ok = true;
  for (int part = 0; part < c->count && ok; part++) {
    const ptrdiff_t image = first_image(c, part);
    float *w = tensors[W];
    if (c->result == ZKConvolutionResultW && part > 0)
      w = (float *)((char *)c->sums + (size_t)(part - 1) * aligned(c->sum_bytes));
    float *const placed[] = {
        (float *)tensors[X] + image * image_size(&c->problem, X), w,
        (float *)tensors[Y] + image * image_size(&c->problem, Y)};
    ok = zk_convolution_place(&c->parts[part], (void *const *)placed, bias, workspace);
    if (workspace) workspace += c->parts[part].workspace_size;
  }
  return ok;
}

typedef struct {
  const convolution_parts *c;
  atomic_bool failed;
} run;

static void run_part(const void *context, int part) {
  run *r = (run *)context;
  if (!zk_convolution_execute(&r->c->parts[part])) atomic_store(&r->failed, true);
}

// Adds the other parts' sums to those of the first, in their order.
ZK_CLONES static void add_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const convolution_parts *c = context;
  float *w = c->tensors[W];
  for (int part = 1; part < c->count; part++) {
    const float *sums = (const float *)((const char *)c->sums + (size_t)(part - 1) * aligned(c->sum_bytes));
    ZK_VECTORIZE
    for (ptrdiff_t i = begin; i < end; i++) w[i] += sums[i];
  }
}

bool zk_convolution_parts_execute(const convolution_parts *c) {
  run r = {.c = c};
  zk_run_parts(c->count, run_part, &r);
  if (c->result == ZKConvolutionResultW && c->count > 1)
    zk_parallel((ptrdiff_t)(c->sum_bytes / sizeof(float)), 64, c->count, add_range, c);
  return !atomic_load(&r.failed);
}
