#include "include/zk_peak.h"

#include "Internal.h"
#include "include/zk_threads.h"

// Enough independent sums to hide the latency of an operation on all units.
enum { sums = 12, rounds = 1 << 13 };

// Returns the sums' total, so that they are computed.
#define FMA(SET, TARGET, LANES)                                                  \
  TARGET static float fma_##SET(void) {                                          \
    typedef float vector __attribute__((vector_size(4 * LANES)));                \
    vector sum[sums];                                                            \
    for (int i = 0; i < sums; i++) sum[i] = (vector){0} + (float)i;              \
    for (int round = 0; round < rounds; round++)                                 \
      _Pragma("clang loop unroll(full)") for (int i = 0; i < sums; i++)          \
        sum[i] = sum[i] * 1.0000001f + 1e-9f;                                    \
    float total = 0;                                                             \
    for (int i = 0; i < sums; i++)                                               \
      for (int lane = 0; lane < LANES; lane++) total += sum[i][lane];            \
    return total;                                                                \
  }

FMA(any, , 4)
#if defined(__x86_64__)
FMA(v3, ZK_V3, 8)
FMA(v4, ZK_V4, 16)
#endif

// Enough calls for half a millisecond.
enum { calls = 8 };

static void run_part(const void *results, int part) {
  float total = 0;
  for (int call = 0; call < calls; call++) {
#if defined(__x86_64__)
    const int level = zk_processor_level();
    total += level == 4 ? fma_v4() : level == 3 ? fma_v3() : fma_any();
#else
    total += fma_any();
#endif
  }
  ((float *)results)[part] = total;
}

double zk_fma_peak(int threads) {
  const int lanes = 1 << zk_processor_level();
  float results[ZKMostThreads];
  // The first run wakes the threads.
  zk_run_parts(threads, run_part, results);
  const uint64_t begin = zk_now();
  zk_run_parts(threads, run_part, results);
  const double nanoseconds = (double)(zk_now() - begin);
  return 2.0 * (lanes == 2 ? 4 : lanes) * sums * rounds * calls * threads / nanoseconds;
}
