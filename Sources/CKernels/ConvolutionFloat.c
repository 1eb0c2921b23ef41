// Float convolutions of any problem. Primitives are created once for each problem and kept.
#include <pthread.h>
#include <stdlib.h>

#include "Convolution.h"
#include "ConvolutionParts.h"
#include "Internal.h"
#include "include/zk_threads.h"

// The state of one running convolution except for the workspace. One thread has it at a time.
typedef struct plan {
  convolution_parts parts;
  int threads;
  bool is_idle, works;
  struct plan *next;
} plan;

// Memory for reordered tensors and scratch space, used by one running convolution at a time.
typedef struct workspace {
  char *bytes;
  size_t size;
  struct workspace *next;
} workspace;

enum { buckets = 1024, alignment = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static plan *table[buckets];
static workspace *idle_workspaces;

static size_t hash(ZKConvolutionResult result, const ZKConvolution *p, int threads) {
  const ptrdiff_t *fields = (const ptrdiff_t *)p;
  uint64_t h = 0xcbf29ce484222325 ^ (uint64_t)result ^ (uint64_t)threads << 8;
  for (size_t i = 0; i < sizeof *p / sizeof *fields; i++)
    h = (h ^ (uint64_t)fields[i]) * 0x9e3779b97f4a7c15, h ^= h >> 32;
  return h % buckets;
}

// An idle plan for a problem, created if necessary; null where oneDNN has no primitive for it. The caller holds the
// lock.
static plan *take_plan(ZKConvolutionResult result, const ZKConvolution *problem, int threads) {
  plan **bucket = &table[hash(result, problem, threads)];
  for (plan *p = *bucket; p; p = p->next) {
    if (p->parts.result != result || p->threads != threads || memcmp(&p->parts.problem, problem, sizeof *problem))
      continue;
    if (!p->works) return NULL;
    if (p->is_idle) return p;
  }
  plan *p = calloc(1, sizeof *p);
  if (!p) return NULL;
  p->parts.result = result;
  p->parts.problem = *problem;
  p->threads = threads;
  const bool is_given[3] = {false};
  p->works =
      zk_convolution_parts_create(&p->parts, threads) && zk_convolution_parts_set_given(&p->parts, is_given);
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

bool zk_convolution_float(
    ZKConvolutionResult result, const ZKConvolution *problem, const float *first, const float *second,
    const float *bias, float *out) {
  void *const x = (void *)(result == ZKConvolutionResultX ? out : first);
  void *const w = (void *)(result == ZKConvolutionResultW ? out : second);
  void *const y = (void *)(result == ZKConvolutionResultY ? out : result == ZKConvolutionResultX ? first : second);
  pthread_mutex_lock(&lock);
  plan *p = take_plan(result, problem, zk_threads());
  workspace *space = p ? take_workspace(p->parts.workspace_size) : NULL;
  if (space) p->is_idle = false;
  pthread_mutex_unlock(&lock);
  bool ok = false;
  if (space) {
    ok = zk_convolution_parts_place(&p->parts, (void *const[]){x, w, y}, bias, space->bytes)
        && zk_convolution_parts_execute(&p->parts);
    pthread_mutex_lock(&lock);
    p->is_idle = true;
    space->next = idle_workspaces;
    idle_workspaces = space;
    pthread_mutex_unlock(&lock);
  }
  return ok;
}
