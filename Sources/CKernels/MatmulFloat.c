// Float matrix products of any problem. Primitives are created once for each problem and kept.
#include <pthread.h>
#include <stdlib.h>

#include "Internal.h"
#include "Matmul.h"
#include "MatmulPrimitive.h"
#include "include/zk_threads.h"

// The state of one running product.
typedef struct binding {
  matmul_operands operands;
  void *scratch;
  struct binding *next;
} binding;

// A primitive, and its bindings that no thread uses.
typedef struct entry {
  matmul_primitive primitive;
  bool works;
  int threads;
  binding *idle;
  struct entry *next;
} entry;

enum { buckets = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *table[buckets];

static bool same(const ZKMatmul *p, const ZKMatmul *q) {
  return p->m == q->m && p->n == q->n && p->k == q->k && p->batch == q->batch && p->shared_a == q->shared_a
      && p->shared_b == q->shared_b && p->transposed_a == q->transposed_a && p->transposed_b == q->transposed_b
      && p->has_bias == q->has_bias && p->accumulates == q->accumulates && p->has_leaky_relu == q->has_leaky_relu
      && p->alpha == q->alpha && (!p->accumulates || p->beta == q->beta)
      && (!p->has_leaky_relu || p->slope == q->slope);
}

static size_t hash(const ZKMatmul *p, int threads) {
  const uint64_t flags = (uint64_t)(p->shared_a | p->shared_b << 1 | p->transposed_a << 2 | p->transposed_b << 3
                                    | p->has_bias << 4 | p->accumulates << 5 | p->has_leaky_relu << 6)
      | (uint64_t)threads << 7;
  const uint64_t parts[] = {(uint64_t)p->m, (uint64_t)p->n, (uint64_t)p->k, (uint64_t)p->batch, flags};
  uint64_t h = 0xcbf29ce484222325;
  for (int i = 0; i < 5; i++) h = (h ^ parts[i]) * 0x9e3779b97f4a7c15, h ^= h >> 32;
  return h % buckets;
}

// The entry for a problem, created if necessary; null when oneDNN refuses it. The caller holds the lock.
static entry *find(const ZKMatmul *problem, int threads) {
  entry **bucket = &table[hash(problem, threads)];
  for (entry *e = *bucket; e; e = e->next)
    if (e->threads == threads && same(&e->primitive.problem, problem)) return e->works ? e : NULL;
  entry *e = calloc(1, sizeof *e);
  if (!e) return NULL;
  e->primitive.problem = *problem;
  e->threads = threads;
  e->works = zk_matmul_primitive_create(&e->primitive);
  e->next = *bucket;
  *bucket = e;
  return e->works ? e : NULL;
}

static binding *create_binding(const entry *e) {
  binding *b = calloc(1, sizeof *b);
  if (!b) return NULL;
  const size_t size = zk_matmul_primitive_scratch(&e->primitive);
  if (size > 0 && !(b->scratch = aligned_alloc(64, size))) return NULL;
  return zk_matmul_operands_create(&b->operands, &e->primitive) ? b : NULL;
}

bool zk_matmul_float(const ZKMatmul *problem, const float *a, const float *b, const float *bias, float *out) {
  const int threads = zk_threads();
  zk_signals_hold(threads);
  pthread_mutex_lock(&lock);
  entry *e = find(problem, threads);
  binding *bound = e ? e->idle : NULL;
  if (bound) e->idle = bound->next;
  if (e && !bound) bound = create_binding(e);
  pthread_mutex_unlock(&lock);
  bool ok = false;
  if (bound) {
    ok = zk_matmul_place(&e->primitive, &bound->operands, a, b, bias, out, bound->scratch)
        && zk_matmul_execute(&e->primitive, &bound->operands);
    pthread_mutex_lock(&lock);
    bound->next = e->idle;
    e->idle = bound;
    pthread_mutex_unlock(&lock);
  }
  zk_signals_release();
  return ok;
}
