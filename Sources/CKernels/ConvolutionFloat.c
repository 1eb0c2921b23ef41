// Float convolutions: oneDNN's primitives, made once for each problem and kept.
#include <pthread.h>
#include <stdlib.h>

#include "../COneDNN/shim.h"
#include "Convolution.h"
#include "Internal.h"
#include "include/zk_threads.h"

// A primitive with its scratch space, which lies at `offset` in the workspace.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_t scratchpad;
  size_t offset;
} step;

// A tensor in the caller's layout and in the one that the primitive works in, which lies at `offset` in the workspace;
// `working` is `plain` where the layouts are one, and there is nothing to reorder then.
typedef struct {
  dnnl_memory_t plain, working;
  size_t offset;
  step reorder;
} operand;

enum { X, W, Y };

// All that one running convolution needs but the workspace. One thread has it at a time.
typedef struct plan {
  ZKConvolutionResult result;
  ZKConvolution problem;
  int threads;
  bool is_idle, works;
  dnnl_stream_t stream;
  step convolution;
  operand operands[3];
  dnnl_memory_t bias;
  size_t workspace_size;
  struct plan *next;
} plan;

// Memory for reordered tensors and scratch space, lent to one running convolution after the other.
typedef struct workspace {
  char *bytes;
  size_t size;
  struct workspace *next;
} workspace;

enum { buckets = 1024, alignment = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static plan *table[buckets];
static workspace *idle_workspaces;
static dnnl_engine_t engine;

static size_t hash(ZKConvolutionResult result, const ZKConvolution *p, int threads) {
  const ptrdiff_t *fields = (const ptrdiff_t *)p;
  uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)result ^ (uint64_t)threads << 8;
  for (size_t i = 0; i < sizeof *p / sizeof *fields; i++)
    h = (h ^ (uint64_t)fields[i]) * 0x9e3779b97f4a7c15, h ^= h >> 32;
  return h % buckets;
}

static int result_of(const plan *p) {
  return p->result == ZKConvolutionResultX ? X : p->result == ZKConvolutionResultW ? W : Y;
}

static size_t reserve(plan *p, size_t size) {
  const size_t offset = p->workspace_size;
  p->workspace_size += (size + alignment - 1) / alignment * alignment;
  return offset;
}

// oneDNN's layout of its own choice takes a half to nine tenths of the plain one's time, reorders included. But channels
// fill blocks of sixteen there, so that with a few of them most of a gradient's work is on zeros: its products of matrices,
// which take plain tensors, need a fifth of the time for the weights of one channel, and two thirds for those of four.
// (Groups of one channel have kernels of their own.)
static bool prefers_plain(const plan *p) {
  return p->result != ZKConvolutionResultY && p->problem.groups == 1 && p->problem.channels <= 4;
}

// A tensor's dimensions: of W with the groups as an axis of its own where there are several.
static int dimensions(const ZKConvolution *p, int which, dnnl_dims_t dims) {
  const ptrdiff_t *const extents[] = {p->window.input, p->window.kernel, p->window.output};
  int count = 0;
  if (which == W && p->groups > 1) dims[count++] = p->groups;
  dims[count++] = which == W ? p->rows : p->batch;
  dims[count++] = which == W ? p->channels : p->groups * (which == X ? p->channels : p->rows);
  for (ptrdiff_t a = ZKMaxSpatial - p->window.rank; a < ZKMaxSpatial; a++) dims[count++] = extents[which][a];
  return count;
}

static dnnl_status_t describe_plain(zk_memory_desc *desc, const ZKConvolution *p, int which) {
  dnnl_dims_t dims, strides;
  const int count = dimensions(p, which, dims);
  for (int d = count - 1; d >= 0; d--) strides[d] = d == count - 1 ? 1 : strides[d + 1] * dims[d + 1];
  return zk_memory_desc_init(desc, count, dims, strides);
}

static dnnl_status_t describe(zk_memory_desc *desc, const plan *p, int which) {
  dnnl_dims_t dims;
  if (prefers_plain(p)) return describe_plain(desc, &p->problem, which);
  const int count = dimensions(&p->problem, which, dims);
  return zk_memory_desc_init_any(desc, count, dims);
}

// Makes a step of a primitive descriptor, which it destroys.
static bool create_step(step *s, plan *p, dnnl_primitive_desc_t desc) {
  s->offset = reserve(p, zk_scratchpad_size(desc));
  const bool ok = dnnl_primitive_create(&s->primitive, desc) == dnnl_success
      && zk_scratchpad_create(&s->scratchpad, desc, engine, DNNL_MEMORY_NONE) == dnnl_success;
  dnnl_primitive_desc_destroy(desc);
  return ok;
}

static bool create_operand(
    operand *o, plan *p, int which, zk_memory_desc_ref working, const_dnnl_primitive_attr_t attributes) {
  zk_memory_desc plain;
  if (describe_plain(&plain, &p->problem, which) != dnnl_success) return false;
  bool ok = dnnl_memory_create(&o->plain, zk_ref(&plain), engine, DNNL_MEMORY_NONE) == dnnl_success;
  o->working = o->plain;
  if (ok && !dnnl_memory_desc_equal(zk_ref(&plain), working)) {
    dnnl_primitive_desc_t reorder;
    const bool is_result = which == result_of(p);
    zk_memory_desc_ref from = is_result ? working : zk_ref(&plain), to = is_result ? zk_ref(&plain) : working;
    o->offset = reserve(p, dnnl_memory_desc_get_size(working));
    ok = dnnl_memory_create(&o->working, working, engine, DNNL_MEMORY_NONE) == dnnl_success
        && dnnl_reorder_primitive_desc_create(&reorder, from, engine, to, engine, attributes) == dnnl_success
        && create_step(&o->reorder, p, reorder);
  }
  zk_memory_desc_destroy(&plain);
  return ok;
}

// The primitive descriptor of the plan's problem; null where oneDNN has none.
static dnnl_primitive_desc_t create_descriptor(plan *p, const_dnnl_primitive_attr_t attributes) {
  const ZKConvolution *problem = &p->problem;
  const bool is_forward = p->result == ZKConvolutionResultY;
  zk_convolution_window window;
  for (ptrdiff_t a = 0; a < problem->window.rank; a++) {
    const ptrdiff_t axis = ZKMaxSpatial - problem->window.rank + a;
    window.strides[a] = problem->window.stride[axis];
    window.gaps[a] = problem->window.dilation[axis] - 1;
    window.before[a] = problem->window.before[axis];
    window.after[a] = problem->window.after[axis];
  }
  const dnnl_dims_t channels = {problem->groups * problem->rows}, one = {1};
  zk_memory_desc x, w, y, bias;
  if (describe(&x, p, X) != dnnl_success || describe(&w, p, W) != dnnl_success || describe(&y, p, Y) != dnnl_success
      || zk_memory_desc_init(&bias, 1, channels, one) != dnnl_success)
    return NULL;
  // The gradients ask for the descriptor of the convolution that they belong to.
  dnnl_primitive_desc_t forward = NULL, desc = NULL;
  dnnl_status_t status = zk_convolution_forward_create(
      &forward, engine, &x, &w, is_forward && problem->has_bias ? &bias : NULL, &y, &window, attributes);
  if (status == dnnl_success && !is_forward) {
    status = p->result == ZKConvolutionResultX
        ? zk_convolution_data_create(&desc, engine, &x, &w, &y, &window, forward, attributes)
        : zk_convolution_weights_create(&desc, engine, &x, &w, &y, &window, forward, attributes);
    dnnl_primitive_desc_destroy(forward);
  } else {
    desc = forward;
  }
  if (status == dnnl_success && is_forward && problem->has_bias)
    status = dnnl_memory_create(&p->bias, zk_ref(&bias), engine, DNNL_MEMORY_NONE);
  zk_memory_desc_destroy(&x);
  zk_memory_desc_destroy(&w);
  zk_memory_desc_destroy(&y);
  zk_memory_desc_destroy(&bias);
  return status == dnnl_success ? desc : NULL;
}

static bool create(plan *p) {
  static const dnnl_query_t queries[][3] = {
      [ZKConvolutionResultY] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
      [ZKConvolutionResultX] = {dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md},
      [ZKConvolutionResultW] = {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md},
  };
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_desc_t desc = NULL;
  // Scratch space of our own lets any thread run a primitive.
  bool ok = dnnl_primitive_attr_create(&attributes) == dnnl_success
      && dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success
      && dnnl_stream_create(&p->stream, engine, dnnl_stream_default_flags) == dnnl_success
      && (desc = create_descriptor(p, attributes));
  for (int which = X; which <= Y && ok; which++) {
    zk_memory_desc_ref working = dnnl_primitive_desc_query_md(desc, queries[p->result][which], 0);
    ok = create_operand(&p->operands[which], p, which, working, attributes);
  }
  if (desc) ok = create_step(&p->convolution, p, desc) && ok;
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return ok;
}

// An idle plan for a problem, made if need be; null where oneDNN has no primitive for it. The caller holds the lock.
static plan *take_plan(ZKConvolutionResult result, const ZKConvolution *problem, int threads) {
  plan **bucket = &table[hash(result, problem, threads)];
  for (plan *p = *bucket; p; p = p->next) {
    if (p->result != result || p->threads != threads || memcmp(&p->problem, problem, sizeof *problem)) continue;
    if (!p->works) return NULL;
    if (p->is_idle) return p;
  }
  if (!engine && dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return NULL;
  plan *p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->result = result;
  p->problem = *problem;
  p->threads = threads;
  p->works = create(p);
  p->next = *bucket;
  *bucket = p;
  return p->works ? p : NULL;
}

// A workspace of at least `size` bytes; null where there is no memory. The caller holds the lock.
static workspace *take_workspace(size_t size) {
  workspace *w = idle_workspaces;
  if (w)
    idle_workspaces = w->next;
  else if (!(w = calloc(1, sizeof *w)))
    return NULL;
  if (w->size >= size) return w;
  free(w->bytes);
  w->bytes = aligned_alloc(alignment, size);
  w->size = w->bytes ? size : 0;
  if (w->bytes) return w;
  free(w);
  return NULL;
}

static bool place(dnnl_memory_t memory, void *bytes) {
  return dnnl_memory_set_data_handle(memory, bytes) == dnnl_success;
}

static bool reorder(const plan *p, int which, char *bytes) {
  const bool is_result = which == result_of(p);
  const operand *o = &p->operands[which];
  if (o->working == o->plain) return true;
  const dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_FROM, is_result ? o->working : o->plain}, {DNNL_ARG_TO, is_result ? o->plain : o->working},
      {DNNL_ARG_SCRATCHPAD, o->reorder.scratchpad}};
  return place(o->reorder.scratchpad, bytes + o->reorder.offset)
      && dnnl_primitive_execute(o->reorder.primitive, p->stream, 3, arguments) == dnnl_success;
}

static bool run(const plan *p, void *const tensors[3], const float *bias, char *bytes) {
  static const int arguments_of[][3] = {
      [ZKConvolutionResultY] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
      [ZKConvolutionResultX] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
      [ZKConvolutionResultW] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
  };
  const int result = result_of(p);
  dnnl_exec_arg_t arguments[5];
  for (int which = X; which <= Y; which++) {
    const operand *o = &p->operands[which];
    if (!place(o->plain, tensors[which])) return false;
    if (o->working != o->plain && !place(o->working, bytes + o->offset)) return false;
    if (which != result && !reorder(p, which, bytes)) return false;
    arguments[which] = (dnnl_exec_arg_t){arguments_of[p->result][which], o->working};
  }
  arguments[3] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, p->convolution.scratchpad};
  arguments[4] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, p->bias};
  return (!p->bias || place(p->bias, (void *)bias))
      && place(p->convolution.scratchpad, bytes + p->convolution.offset)
      && dnnl_primitive_execute(p->convolution.primitive, p->stream, p->bias ? 5 : 4, arguments) == dnnl_success
      && reorder(p, result, bytes) && dnnl_stream_wait(p->stream) == dnnl_success;
}

bool zk_convolution_float(
    ZKConvolutionResult result, const ZKConvolution *problem, const float *first, const float *second,
    const float *bias, float *out) {
  void *const x = (void *)(result == ZKConvolutionResultX ? out : first);
  void *const w = (void *)(result == ZKConvolutionResultW ? out : second);
  void *const y = (void *)(result == ZKConvolutionResultY ? out : result == ZKConvolutionResultX ? first : second);
  pthread_mutex_lock(&lock);
  plan *p = take_plan(result, problem, zk_threads());
  workspace *space = p ? take_workspace(p->workspace_size) : NULL;
  if (space) p->is_idle = false;
  pthread_mutex_unlock(&lock);
  if (!space) return false;

  const bool ok = run(p, (void *const[]){x, w, y}, bias, space->bytes);

  pthread_mutex_lock(&lock);
  p->is_idle = true;
  space->next = idle_workspaces;
  idle_workspaces = space;
  pthread_mutex_unlock(&lock);
  return ok;
}
