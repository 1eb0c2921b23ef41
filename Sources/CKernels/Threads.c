#include "include/zk_threads.h"

#include "Internal.h"

// libgomp's functions, declared by hand: they need neither the compiler's -fopenmp nor its headers. oneDNN uses the
// same pool.
void GOMP_parallel(void (*function)(void *), void *data, unsigned threads, unsigned flags);
int omp_get_thread_num(void);
int omp_get_num_threads(void);
int omp_get_max_threads(void);
void omp_set_num_threads(int threads);
void omp_set_dynamic(int dynamic);
int omp_get_thread_limit(void);

// A setting of the calling thread, like the number of threads. Each thread therefore sets it before it begins. A team
// that shrinks with the system's load would compute other bits.
void zk_fix_team(void) {
  static _Thread_local bool is_fixed;
  if (!is_fixed) omp_set_dynamic(0);
  is_fixed = true;
}

static int most_threads(void) {
  zk_fix_team();
  return omp_get_max_threads();
}

int zk_threads(void) { return (int)zk_min(most_threads(), omp_get_thread_limit()); }

void zk_set_threads(int threads) {
  threads = threads < 1 ? 1 : threads;
  if (threads != most_threads()) omp_set_num_threads(threads);
}

typedef struct {
  zk_range_function function;
  const void *context;
  ptrdiff_t count, granule, parts;
} job;

static void run_part(const job *job, ptrdiff_t part) {
  ptrdiff_t granules = (job->count + job->granule - 1) / job->granule;
  ptrdiff_t begin = granules * part / job->parts * job->granule;
  ptrdiff_t end = zk_min(granules * (part + 1) / job->parts * job->granule, job->count);
  if (begin < end) job->function(job->context, begin, end);
}

static void run_parts(void *data) {
  // A nested region gets fewer threads than requested. Each then takes every n-th part.
  const job *job = data;
  for (ptrdiff_t part = omp_get_thread_num(); part < job->parts; part += omp_get_num_threads()) run_part(job, part);
}

void zk_parallel(ptrdiff_t count, ptrdiff_t granule, ptrdiff_t cost, zk_range_function function, const void *context) {
  if (count <= 0) return;
  ptrdiff_t threads = count * cost < 32768 ? 1 : zk_threads();
  job job = {function, context, count, granule, threads};
  if (threads == 1) {
    function(context, 0, count);
  } else {
    zk_signals_hold((int)threads);
    GOMP_parallel(run_parts, &job, (unsigned)threads, 0);
    zk_signals_release();
  }
}
