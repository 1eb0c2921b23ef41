#define _GNU_SOURCE
#include "include/zk_threads.h"

#include <sched.h>
#include <stdlib.h>

#include "Internal.h"

static _Thread_local int threads;

static int clamped(long count) { return (int)zk_max(1, zk_min(count, ZKMostThreads)); }

static int default_threads(void) {
  const char *variable = getenv("OMP_NUM_THREADS");
  const long wanted = variable ? strtol(variable, NULL, 10) : 0;
  cpu_set_t processors;
  if (wanted > 0) return clamped(wanted);
  return sched_getaffinity(0, sizeof processors, &processors) == 0 ? clamped(CPU_COUNT(&processors)) : 1;
}

int zk_threads(void) {
  if (threads == 0) threads = default_threads();
  return threads;
}

void zk_set_threads(int count) { threads = clamped(count); }

typedef struct {
  zk_range_function function;
  const void *context;
  ptrdiff_t count, granule, parts;
} job;

static void run_part(const void *context, int part) {
  const job *job = context;
  const ptrdiff_t granules = (job->count + job->granule - 1) / job->granule;
  const ptrdiff_t begin = granules * part / job->parts * job->granule;
  const ptrdiff_t end = zk_min(granules * (part + 1) / job->parts * job->granule, job->count);
  if (begin < end) job->function(job->context, begin, end);
}

void zk_parallel(ptrdiff_t count, ptrdiff_t granule, ptrdiff_t cost, zk_range_function function, const void *context) {
  if (count <= 0) return;
  const int parts = count * cost < zk_parallel_cost ? 1 : zk_threads();
  const job job = {function, context, count, granule, parts};
  if (parts == 1)
    function(context, 0, count);
  else
    zk_run_parts(parts, run_part, &job);
}
