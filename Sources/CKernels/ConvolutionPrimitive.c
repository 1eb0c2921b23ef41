#include "ConvolutionPrimitive.h"

#include "Engine.h"
#include "Internal.h"

// OpenMP's functions, declared by hand: they need neither the compiler's -fopenmp nor its headers.
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);

enum { X = ZKConvolutionOperandX, W = ZKConvolutionOperandW, Y = ZKConvolutionOperandY, alignment = 64 };

static int result_of(const convolution_primitive *p) {
  return p->result == ZKConvolutionResultX ? X : p->result == ZKConvolutionResultW ? W : Y;
}

static size_t reserve(convolution_primitive *p, size_t size) {
  const size_t offset = p->workspace_size;
  p->workspace_size += (size + alignment - 1) / alignment * alignment;
  return offset;
}

// A layout chosen by oneDNN takes 0.5 to 0.9 of the plain layout's time, reorders included. Its channels fill blocks of
// sixteen. With a few channels most of a gradient's work is therefore on zeros. Its matrix products take plain tensors.
// They need a fifth of the time for the weights of one channel, and two thirds for those of four. (Groups of one
// channel have separate kernels.)
static bool prefers_plain(const convolution_primitive *p) {
  return p->result != ZKConvolutionResultY && p->problem.groups == 1 && p->problem.channels <= 4;
}

// A tensor's dimensions. W has the groups as a separate axis where there are several.
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

static dnnl_status_t describe(zk_memory_desc *desc, const convolution_primitive *p, int which) {
  dnnl_dims_t dims;
  if (prefers_plain(p)) return describe_plain(desc, &p->problem, which);
  const int count = dimensions(&p->problem, which, dims);
  return zk_memory_desc_init_any(desc, count, dims);
}

// Caller-provided scratch space lets any thread run a primitive. Null if there is no memory.
static dnnl_primitive_attr_t create_attributes(void) {
  dnnl_primitive_attr_t attributes;
  if (dnnl_primitive_attr_create(&attributes) != dnnl_success) return NULL;
  if (dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success) return attributes;
  dnnl_primitive_attr_destroy(attributes);
  return NULL;
}

// Creates a step of a primitive descriptor.
static bool create_step(convolution_step *s, convolution_primitive *p, dnnl_primitive_desc_t desc) {
  s->offset = reserve(p, zk_scratchpad_size(desc));
  return dnnl_primitive_create(&s->primitive, desc) == dnnl_success
      && zk_scratchpad_create(&s->scratchpad, desc, zk_engine(), DNNL_MEMORY_NONE) == dnnl_success;
}

static void destroy_step(convolution_step *s) {
  if (s->primitive) dnnl_primitive_destroy(s->primitive);
  if (s->scratchpad) dnnl_memory_destroy(s->scratchpad);
}

zk_memory_desc_ref zk_convolution_working(const convolution_primitive *p, ZKConvolutionOperand operand) {
  static const dnnl_query_t queries[][3] = {
      [ZKConvolutionResultY] = {dnnl_query_src_md, dnnl_query_weights_md, dnnl_query_dst_md},
      [ZKConvolutionResultX] = {dnnl_query_diff_src_md, dnnl_query_weights_md, dnnl_query_diff_dst_md},
      [ZKConvolutionResultW] = {dnnl_query_src_md, dnnl_query_diff_weights_md, dnnl_query_diff_dst_md},
  };
  return dnnl_primitive_desc_query_md(p->desc, queries[p->result][operand], 0);
}

// The reorder of an operand to the layout of the primitive, or back.
static bool create_reorder(convolution_primitive *p, int which, zk_memory_desc_ref plain, zk_memory_desc_ref working) {
  convolution_operand *o = &p->operands[which];
  const bool is_result = which == result_of(p);
  zk_memory_desc_ref from = is_result ? working : plain, to = is_result ? plain : working;
  dnnl_primitive_attr_t attributes = create_attributes();
  dnnl_primitive_desc_t desc = NULL;
  bool ok = attributes
      && dnnl_reorder_primitive_desc_create(&desc, from, zk_engine(), to, zk_engine(), attributes) == dnnl_success
      && create_step(&o->reorder, p, desc);
  if (desc) dnnl_primitive_desc_destroy(desc);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return ok;
}

static bool create_operand(convolution_primitive *p, int which) {
  convolution_operand *o = &p->operands[which];
  zk_memory_desc_ref working = zk_convolution_working(p, (ZKConvolutionOperand)which);
  zk_memory_desc plain;
  if (describe_plain(&plain, &p->problem, which) != dnnl_success) return false;
  const bool reorders = !p->is_given[which] && !dnnl_memory_desc_equal(zk_ref(&plain), working);
  bool ok = dnnl_memory_create(&o->working, working, zk_engine(), DNNL_MEMORY_NONE) == dnnl_success;
  o->plain = o->working;
  if (ok && reorders) {
    o->offset = reserve(p, dnnl_memory_desc_get_size(working));
    ok = zk_memory_create(&o->plain, &plain, zk_engine()) == dnnl_success
        && create_reorder(p, which, zk_ref(&plain), working);
  }
  zk_memory_desc_destroy(&plain);
  return ok;
}


// The primitive descriptor of a problem; null where oneDNN has none.
static dnnl_primitive_desc_t create_descriptor(convolution_primitive *p, const_dnnl_primitive_attr_t attributes) {
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
  // The descriptors of the gradients need that of their forward convolution.
  dnnl_primitive_desc_t forward = NULL, desc = NULL;
  dnnl_status_t status = zk_convolution_forward_create(
      &forward, zk_engine(), &x, &w, is_forward && problem->has_bias ? &bias : NULL, &y, &window, attributes);
  if (status == dnnl_success && !is_forward) {
    status = p->result == ZKConvolutionResultX
        ? zk_convolution_data_create(&desc, zk_engine(), &x, &w, &y, &window, forward, attributes)
        : zk_convolution_weights_create(&desc, zk_engine(), &x, &w, &y, &window, forward, attributes);
    dnnl_primitive_desc_destroy(forward);
  } else {
    desc = forward;
  }
  if (status == dnnl_success && is_forward && problem->has_bias)
    status = zk_memory_create(&p->bias, &bias, zk_engine());
  zk_memory_desc_destroy(&x);
  zk_memory_desc_destroy(&w);
  zk_memory_desc_destroy(&y);
  zk_memory_desc_destroy(&bias);
  return status == dnnl_success ? desc : NULL;
}

// oneDNN computes on the calling thread alone, and no signal handler runs on its stack. Returns the number of threads
// for OpenMP that the caller had set.
static int enter(void) {
  const int threads = omp_get_max_threads();
  zk_signals_hold();
  omp_set_num_threads(1);
  return threads;
}

static void leave(int threads) {
  omp_set_num_threads(threads);
  zk_signals_release();
}

bool zk_convolution_primitive_create(convolution_primitive *p) {
  const int threads = enter();
  dnnl_primitive_attr_t attributes = zk_engine() ? create_attributes() : NULL;
  const bool ok = attributes
      && dnnl_stream_create(&p->stream, zk_engine(), dnnl_stream_default_flags) == dnnl_success
      && (p->desc = create_descriptor(p, attributes)) && create_step(&p->convolution, p, p->desc);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  leave(threads);
  return ok;
}

bool zk_convolution_operands_create(convolution_primitive *p) {
  const int threads = enter();
  const bool ok = create_operand(p, X) && create_operand(p, W) && create_operand(p, Y);
  leave(threads);
  return ok;
}

void zk_convolution_primitive_destroy(convolution_primitive *p) {
  for (int which = X; which <= Y; which++) {
    convolution_operand *o = &p->operands[which];
    destroy_step(&o->reorder);
    if (o->plain && o->plain != o->working) dnnl_memory_destroy(o->plain);
    if (o->working) dnnl_memory_destroy(o->working);
  }
  destroy_step(&p->convolution);
  if (p->bias) dnnl_memory_destroy(p->bias);
  if (p->desc) dnnl_primitive_desc_destroy(p->desc);
  if (p->stream) dnnl_stream_destroy(p->stream);
}

static bool place(dnnl_memory_t memory, void *bytes) {
  return dnnl_memory_set_data_handle(memory, bytes) == dnnl_success;
}

bool zk_convolution_place(
    const convolution_primitive *p, void *const tensors[3], const float *bias, char *workspace) {
  for (int which = X; which <= Y; which++) {
    const convolution_operand *o = &p->operands[which];
    if (!place(o->plain, tensors[which])) return false;
    if (o->working == o->plain) continue;
    if (!place(o->working, workspace + o->offset)) return false;
    if (!place(o->reorder.scratchpad, workspace + o->reorder.offset)) return false;
  }
  return (!p->bias || place(p->bias, (void *)bias))
      && place(p->convolution.scratchpad, workspace + p->convolution.offset);
}

static bool reorder(const convolution_primitive *p, int which) {
  const convolution_operand *o = &p->operands[which];
  if (o->working == o->plain) return true;
  const bool is_result = which == result_of(p);
  const dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_FROM, is_result ? o->working : o->plain}, {DNNL_ARG_TO, is_result ? o->plain : o->working},
      {DNNL_ARG_SCRATCHPAD, o->reorder.scratchpad}};
  return dnnl_primitive_execute(o->reorder.primitive, p->stream, 3, arguments) == dnnl_success;
}

static bool execute(const convolution_primitive *p) {
  static const int arguments_of[][3] = {
      [ZKConvolutionResultY] = {DNNL_ARG_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DST},
      [ZKConvolutionResultX] = {DNNL_ARG_DIFF_SRC, DNNL_ARG_WEIGHTS, DNNL_ARG_DIFF_DST},
      [ZKConvolutionResultW] = {DNNL_ARG_SRC, DNNL_ARG_DIFF_WEIGHTS, DNNL_ARG_DIFF_DST},
  };
  const int result = result_of(p);
  dnnl_exec_arg_t arguments[5];
  for (int which = X; which <= Y; which++) {
    if (which != result && !reorder(p, which)) return false;
    arguments[which] = (dnnl_exec_arg_t){arguments_of[p->result][which], p->operands[which].working};
  }
  arguments[3] = (dnnl_exec_arg_t){DNNL_ARG_SCRATCHPAD, p->convolution.scratchpad};
  arguments[4] = (dnnl_exec_arg_t){DNNL_ARG_BIAS, p->bias};
  return dnnl_primitive_execute(p->convolution.primitive, p->stream, p->bias ? 5 : 4, arguments) == dnnl_success
      && reorder(p, result) && dnnl_stream_wait(p->stream) == dnnl_success;
}

bool zk_convolution_execute(const convolution_primitive *p) {
  const int threads = enter();
  const bool ok = execute(p);
  leave(threads);
  return ok;
}
