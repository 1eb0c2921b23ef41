#include "MatmulPrimitive.h"

#include "Engine.h"

// [batch, rows, columns], stored transposed or not, one matrix for the whole batch or one for each.
static dnnl_status_t describe(
    zk_memory_desc *desc, ptrdiff_t batch, bool shared, ptrdiff_t rows, ptrdiff_t columns, bool transposed) {
  const dnnl_dims_t dims = {shared ? 1 : batch, rows, columns};
  const dnnl_dims_t strides = {rows * columns, transposed ? 1 : columns, transposed ? rows : 1};
  // Two dimensions where they suffice: more of oneDNN's implementations support them.
  return batch == 1 ? zk_memory_desc_init(desc, 2, dims + 1, strides + 1) : zk_memory_desc_init(desc, 3, dims, strides);
}

// With fewer columns than a vector register has lanes, and enough rows to fill some, the transpose is 2 to 5 times as
// fast.
enum { lanes = 16 };

static bool is_narrow(const ZKMatmul *p) { return p->batch == 1 && p->n < lanes && p->m >= lanes; }

// outᵀ = bᵀ aᵀ, without the other operations.
static ZKMatmul turned(const ZKMatmul *p) {
  return (ZKMatmul){
      .m = p->n, .n = p->m, .k = p->k, .batch = 1, .transposed_a = !p->transposed_b, .transposed_b = !p->transposed_a,
      .alpha = 1};
}

bool zk_matmul_primitive_create(matmul_primitive *e) {
  e->is_turned = is_narrow(&e->problem);
  const ZKMatmul description = e->is_turned ? turned(&e->problem) : e->problem, *p = &description;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  bool ok = zk_engine() && dnnl_primitive_attr_create(&attributes) == dnnl_success
      && dnnl_post_ops_create(&operations) == dnnl_success
      // Caller-provided scratch space lets several threads run one primitive.
      && dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success
      && (p->alpha == 1 || zk_append_scale(operations, p->alpha) == dnnl_success)
      && (!p->accumulates || zk_append_sum(operations, p->beta) == dnnl_success)
      && (!p->has_leaky_relu || zk_append_leaky_relu(operations, p->slope) == dnnl_success)
      && dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success
      && describe(&e->a, p->batch, p->shared_a, p->m, p->k, p->transposed_a) == dnnl_success
      && describe(&e->b, p->batch, p->shared_b, p->k, p->n, p->transposed_b) == dnnl_success
      && describe(&e->bias, p->batch, true, 1, p->n, false) == dnnl_success
      && describe(&e->out, p->batch, false, p->m, p->n, false) == dnnl_success
      && zk_matmul_desc_create(&e->desc, zk_engine(), &e->a, &e->b, p->has_bias ? &e->bias : NULL, &e->out, attributes)
          == dnnl_success
      && dnnl_primitive_create(&e->primitive, e->desc) == dnnl_success;
  if (operations) dnnl_post_ops_destroy(operations);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return ok;
}

void zk_matmul_primitive_destroy(matmul_primitive *p) {
  if (p->primitive) dnnl_primitive_destroy(p->primitive);
  if (p->desc) dnnl_primitive_desc_destroy(p->desc);
  zk_memory_desc_destroy(&p->a);
  zk_memory_desc_destroy(&p->b);
  zk_memory_desc_destroy(&p->bias);
  zk_memory_desc_destroy(&p->out);
}

static size_t aligned(size_t size) { return (size + 63) / 64 * 64; }

size_t zk_matmul_primitive_scratch(const matmul_primitive *p) {
  const size_t own = aligned(zk_scratchpad_size(p->desc));
  return p->is_turned ? own + aligned((size_t)(p->problem.m * p->problem.n) * sizeof(float)) : own;
}

bool zk_matmul_operands_create(matmul_operands *o, const matmul_primitive *p) {
  return dnnl_stream_create(&o->stream, zk_engine(), dnnl_stream_default_flags) == dnnl_success
      && zk_memory_create(&o->a, &p->a, zk_engine()) == dnnl_success
      && zk_memory_create(&o->b, &p->b, zk_engine()) == dnnl_success
      && zk_memory_create(&o->bias, &p->bias, zk_engine()) == dnnl_success
      && zk_memory_create(&o->out, &p->out, zk_engine()) == dnnl_success
      && zk_scratchpad_create(&o->scratchpad, p->desc, zk_engine(), DNNL_MEMORY_NONE) == dnnl_success;
}

void zk_matmul_operands_destroy(matmul_operands *o) {
  const dnnl_memory_t memories[] = {o->a, o->b, o->bias, o->out, o->scratchpad};
  for (int i = 0; i < 5; i++)
    if (memories[i]) dnnl_memory_destroy(memories[i]);
  if (o->stream) dnnl_stream_destroy(o->stream);
}

bool zk_matmul_place(
    const matmul_primitive *p, matmul_operands *o, const float *a, const float *b, const float *bias, float *out,
    void *scratch) {
  if (p->is_turned) {
    float *space = scratch ? (float *)((char *)scratch + aligned(zk_scratchpad_size(p->desc))) : NULL;
    o->product = space, o->addend = bias, o->result = out;
    const float *left = a;
    a = b, b = left, out = space;
  }
  return dnnl_memory_set_data_handle(o->a, (void *)a) == dnnl_success
      && dnnl_memory_set_data_handle(o->b, (void *)b) == dnnl_success
      && dnnl_memory_set_data_handle(o->bias, (void *)bias) == dnnl_success
      && dnnl_memory_set_data_handle(o->out, out) == dnnl_success
      && dnnl_memory_set_data_handle(o->scratchpad, scratch) == dnnl_success;
}

// The operations that oneDNN would have applied to the product: out = activation(alpha (product + bias) + beta out).
static void turn_back(
    const ZKMatmul *p, const float *restrict product, const float *restrict bias, float *restrict out) {
  for (ptrdiff_t i = 0; i < p->m; i++)
    for (ptrdiff_t j = 0; j < p->n; j++) {
      float *to = &out[i * p->n + j];
      const float value = p->alpha * (product[j * p->m + i] + (p->has_bias ? bias[j] : 0));
      const float sum = p->accumulates ? value + p->beta * *to : value;
      *to = p->has_leaky_relu && !(sum > 0) ? p->slope * sum : sum;
    }
}

bool zk_matmul_execute(const matmul_primitive *p, const matmul_operands *o) {
  const dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, o->a}, {DNNL_ARG_WEIGHTS, o->b}, {DNNL_ARG_DST, o->out}, {DNNL_ARG_SCRATCHPAD, o->scratchpad},
      {DNNL_ARG_BIAS, o->bias}};
  const int count = p->problem.has_bias && !p->is_turned ? 5 : 4;
  if (dnnl_primitive_execute(p->primitive, o->stream, count, arguments) != dnnl_success
      || dnnl_stream_wait(o->stream) != dnnl_success)
    return false;
  if (p->is_turned) turn_back(&p->problem, o->product, o->addend, o->result);
  return true;
}
