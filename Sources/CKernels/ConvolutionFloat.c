// Float convolutions outside of plans. What is prepared for a problem is kept.
#include <pthread.h>
#include <stdlib.h>

#include "Convolution.h"
#include "ConvolutionPlan.h"
#include "include/zk_threads.h"

typedef struct entry {
  convolution_plan plan;
  int threads;
  bool works;
  struct entry *next;
} entry;

enum { buckets = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static entry *table[buckets];

static size_t hash(ZKConvolutionResult result, const ZKConvolution *p, int threads) {
  const ptrdiff_t *fields = (const ptrdiff_t *)p;
  uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)result ^ (uint64_t)threads << 8;
  for (size_t i = 0; i < sizeof *p / sizeof *fields; i++)
    h = (h ^ (uint64_t)fields[i]) * 0x9e3779b97f4a7c15, h ^= h >> 32;
  return h % buckets;
}

// The plan of a problem, created if necessary; null where there is none. The caller holds the lock.
static const convolution_plan *find(ZKConvolutionResult result, const ZKConvolution *problem, int threads) {
  entry **bucket = &table[hash(result, problem, threads)];
  for (entry *e = *bucket; e; e = e->next)
    if (e->plan.result == result && e->threads == threads && !memcmp(&e->plan.problem, problem, sizeof *problem))
      return e->works ? &e->plan : NULL;
  entry *e = calloc(1, sizeof *e);
  if (!e) return NULL;
  e->threads = threads;
  e->works = zk_convolution_plan_create(&e->plan, result, problem, threads);
  e->next = *bucket;
  *bucket = e;
  return e->works ? &e->plan : NULL;
}

bool zk_convolution_float(
    ZKConvolutionResult result, const ZKConvolution *problem, const float *first, const float *second,
    const float *bias, float *out) {
  pthread_mutex_lock(&lock);
  const convolution_plan *plan = find(result, problem, zk_threads());
  pthread_mutex_unlock(&lock);
  float *scratch = plan ? zk_scratch(zk_convolution_plan_scratch(plan)) : NULL;
  if (!scratch) return false;
  const convolution_operands operands = zk_convolution_operands(result, first, second, bias, out, scratch);
  zk_convolution_plan_run(plan, &operands);
  return true;
}
