// Float products: oneDNN's matmul primitives, made once for each problem and kept.
#include <pthread.h>
#include <stdlib.h>

#include "Internal.h"
#include "Matmul.h"
#include "../COneDNN/shim.h"
#include "include/zk_threads.h"

// What one running product needs: memory objects whose buffers are set before each run, scratch space
// and a stream.
typedef struct binding {
  dnnl_stream_t stream;
  dnnl_memory_t a, b, bias, out, scratchpad;
  void *scratch;
  struct binding *next;
} binding;

// A primitive, and its bindings that no thread is using.
typedef struct entry {
  ZKMatmul problem;
  int threads;
  dnnl_primitive_t primitive;
  dnnl_primitive_desc_t desc;
  zk_memory_desc a, b, bias, out;
  binding *idle;
  struct entry *next;
} entry;

enum { buckets = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *table[buckets];
static dnnl_engine_t engine;

static bool same(const ZKMatmul *p, const ZKMatmul *q) {
  return p->m == q->m && p->n == q->n && p->k == q->k && p->batch == q->batch && p->shared_a == q->shared_a
      && p->shared_b == q->shared_b && p->transposed_a == q->transposed_a && p->transposed_b == q->transposed_b
      && p->has_bias == q->has_bias && p->accumulates == q->accumulates && p->alpha == q->alpha
      && (!p->accumulates || p->beta == q->beta);
}

static size_t hash(const ZKMatmul *p, int threads) {
  const uint64_t flags = (uint64_t)(p->shared_a | p->shared_b << 1 | p->transposed_a << 2 | p->transposed_b << 3
                                    | p->has_bias << 4 | p->accumulates << 5) | (uint64_t)threads << 6;
  const uint64_t parts[] = {(uint64_t)p->m, (uint64_t)p->n, (uint64_t)p->k, (uint64_t)p->batch, flags};
  uint64_t h = 0xcbf29ce484222325;
  for (int i = 0; i < 5; i++) h = (h ^ parts[i]) * 0x9e3779b97f4a7c15, h ^= h >> 32;
  return h % buckets;
}

// [batch, rows, columns], stored transposed or not, one matrix for all of the batch or one for each.
static dnnl_status_t describe(
    zk_memory_desc *desc, ptrdiff_t batch, bool shared, ptrdiff_t rows, ptrdiff_t columns, bool transposed) {
  const dnnl_dims_t dims = {shared ? 1 : batch, rows, columns};
  const dnnl_dims_t strides = {rows * columns, transposed ? 1 : columns, transposed ? rows : 1};
  // Two dimensions where they suffice: more of oneDNN's implementations take them.
  return batch == 1 ? zk_memory_desc_init(desc, 2, dims + 1, strides + 1) : zk_memory_desc_init(desc, 3, dims, strides);
}

static bool create_primitive(entry *e) {
  const ZKMatmul *p = &e->problem;
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_post_ops_t operations = NULL;
  bool ok = dnnl_primitive_attr_create(&attributes) == dnnl_success
      && dnnl_post_ops_create(&operations) == dnnl_success
      // Scratch space of our own lets several threads run one primitive.
      && dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user) == dnnl_success
      && (p->alpha == 1 || zk_append_scale(operations, p->alpha) == dnnl_success)
      && (!p->accumulates || zk_append_sum(operations, p->beta) == dnnl_success)
      && dnnl_primitive_attr_set_post_ops(attributes, operations) == dnnl_success
      && describe(&e->a, p->batch, p->shared_a, p->m, p->k, p->transposed_a) == dnnl_success
      && describe(&e->b, p->batch, p->shared_b, p->k, p->n, p->transposed_b) == dnnl_success
      && describe(&e->bias, p->batch, true, 1, p->n, false) == dnnl_success
      && describe(&e->out, p->batch, false, p->m, p->n, false) == dnnl_success
      && zk_matmul_desc_create(&e->desc, engine, &e->a, &e->b, p->has_bias ? &e->bias : NULL, &e->out, attributes)
          == dnnl_success
      && dnnl_primitive_create(&e->primitive, e->desc) == dnnl_success;
  if (operations) dnnl_post_ops_destroy(operations);
  if (attributes) dnnl_primitive_attr_destroy(attributes);
  return ok;
}

// The entry for a problem, made if need be; null when oneDNN refuses it. The caller holds the lock.
static entry *find(const ZKMatmul *problem, int threads) {
  entry **bucket = &table[hash(problem, threads)];
  for (entry *e = *bucket; e; e = e->next)
    if (e->threads == threads && same(&e->problem, problem)) return e->primitive ? e : NULL;
  if (!engine && dnnl_engine_create(&engine, dnnl_cpu, 0) != dnnl_success) return NULL;
  entry *e = calloc(1, sizeof *e);
  if (!e) return NULL;
  e->problem = *problem;
  e->threads = threads;
  if (!create_primitive(e)) e->primitive = NULL;
  e->next = *bucket;
  *bucket = e;
  return e->primitive ? e : NULL;
}

static binding *create_binding(const entry *e) {
  binding *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  size_t size = zk_scratchpad_size(e->desc);
  if (size > 0 && !(b->scratch = aligned_alloc(64, (size + 63) / 64 * 64))) return NULL;
  bool ok = dnnl_stream_create(&b->stream, engine, dnnl_stream_default_flags) == dnnl_success
      && zk_memory_create(&b->a, &e->a, engine) == dnnl_success
      && zk_memory_create(&b->b, &e->b, engine) == dnnl_success
      && zk_memory_create(&b->bias, &e->bias, engine) == dnnl_success
      && zk_memory_create(&b->out, &e->out, engine) == dnnl_success
      && zk_scratchpad_create(&b->scratchpad, e->desc, engine, b->scratch) == dnnl_success;
  return ok ? b : NULL;
}

bool zk_matmul_float(const ZKMatmul *problem, const float *a, const float *b, const float *bias, float *out) {
  int threads = zk_threads();
  pthread_mutex_lock(&lock);
  entry *e = find(problem, threads);
  binding *bound = e ? e->idle : NULL;
  if (bound) e->idle = bound->next;
  if (e && !bound) bound = create_binding(e);
  pthread_mutex_unlock(&lock);
  if (!bound) return false;

  const dnnl_exec_arg_t arguments[] = {
      {DNNL_ARG_SRC, bound->a}, {DNNL_ARG_WEIGHTS, bound->b}, {DNNL_ARG_DST, bound->out},
      {DNNL_ARG_SCRATCHPAD, bound->scratchpad}, {DNNL_ARG_BIAS, bound->bias}};
  bool ok = dnnl_memory_set_data_handle(bound->a, (void *)a) == dnnl_success
      && dnnl_memory_set_data_handle(bound->b, (void *)b) == dnnl_success
      && dnnl_memory_set_data_handle(bound->bias, (void *)bias) == dnnl_success
      && dnnl_memory_set_data_handle(bound->out, out) == dnnl_success
      && dnnl_primitive_execute(e->primitive, bound->stream, problem->has_bias ? 5 : 4, arguments) == dnnl_success
      && dnnl_stream_wait(bound->stream) == dnnl_success;

  pthread_mutex_lock(&lock);
  bound->next = e->idle;
  e->idle = bound;
  pthread_mutex_unlock(&lock);
  return ok;
}
