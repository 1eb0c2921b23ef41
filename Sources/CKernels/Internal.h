// The parts that kernels share: function multiversioning, the team of threads and the iteration over a layout's rows.
#pragma once
#include <math.h>
#include <string.h>
#include <time.h>

#include "include/zk_layout.h"
#include "include/zk_types.h"

// Hot loops are compiled for three levels of x86-64. One is chosen when the program is loaded.
#if defined(__x86_64__)
#define ZK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define ZK_CLONES
#endif

// Functions for one level of x86-64, for explicit vectors. Vectors of 512 bits stay whole.
#if defined(__x86_64__)
#define ZK_V3 __attribute__((target("arch=x86-64-v3")))
#define ZK_V4 __attribute__((target("arch=x86-64-v4"), min_vector_width(512)))
#endif

/// The level of x86-64 for which there are such functions, and which the processor has: 4, 3 or 1.
static inline int zk_processor_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  return __builtin_cpu_supports("x86-64-v4") ? 4 : __builtin_cpu_supports("x86-64-v3") ? 3 : 1;
#else
  return 1;
#endif
}

// Promises that iterations are independent. That holds for buffers that are equal or disjoint (`restrict` would exclude
// working in place).
#define ZK_VECTORIZE _Pragma("clang loop vectorize(assume_safety) interleave(enable)")

#define ZK_INLINE static inline __attribute__((always_inline))

static const ptrdiff_t zk_type_size[] = {
    [ZKTypeFloat] = sizeof(float), [ZKTypeDouble] = sizeof(double), [ZKTypeInt64] = sizeof(int64_t), [ZKTypeBool] = 1};

/// Processes the items begin..<end of some work.
typedef void (*zk_range_function)(const void *context, ptrdiff_t begin, ptrdiff_t end);

/// The least work, as elements times operations, for which several threads are faster.
enum { zk_parallel_cost = 32768 };

/// Splits `count` items into one range for each thread, at multiples of `granule`, and runs them on the team. Work of
/// less than `zk_parallel_cost`, as `count * cost`, stays on the calling thread.
void zk_parallel(ptrdiff_t count, ptrdiff_t granule, ptrdiff_t cost, zk_range_function function, const void *context);

/// Computes one part of some work.
typedef void (*zk_part_function)(const void *context, int part);

/// Runs the parts 0..<`parts` on the calling thread and its team. Parts inside of a part, and more parts than
/// ``ZKMostThreads``, run one after the other.
void zk_run_parts(int parts, zk_part_function function, const void *context);

/// At least `size` bytes of memory of the calling thread, aligned to 64 bytes; null if there is none. They are valid
/// until its next call.
void *zk_scratch(size_t size);

/// The iteration over a layout's elements begin..<end, one run of the innermost dimension at a time.
typedef struct {
  const ZKLayout *layout;
  ptrdiff_t position, end;
  /// Elements in the current run; zero at the end of the iteration.
  ptrdiff_t run;
  ptrdiff_t index[ZKMaxRank];
  ptrdiff_t offset[ZKMaxOperands];
} zk_rows;

/// Nanoseconds of a clock that only moves forwards.
ZK_INLINE uint64_t zk_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/// Tells the processor that the thread waits in a loop.
ZK_INLINE void zk_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#else
  __asm__ volatile("yield");
#endif
}

ZK_INLINE ptrdiff_t zk_min(ptrdiff_t a, ptrdiff_t b) { return a < b ? a : b; }
ZK_INLINE ptrdiff_t zk_max(ptrdiff_t a, ptrdiff_t b) { return a > b ? a : b; }

ZK_INLINE zk_rows zk_rows_begin(const ZKLayout *layout, ptrdiff_t begin, ptrdiff_t end) {
  zk_rows rows = {.layout = layout, .position = begin, .end = end};
  ptrdiff_t rest = begin, last = layout->rank - 1;
  if (begin >= end) return rows;
  for (ptrdiff_t d = last; d >= 0; d--) {
    rows.index[d] = d > 0 ? rest % layout->dims[d] : rest;
    rest = d > 0 ? rest / layout->dims[d] : 0;
    for (int o = 0; o < layout->operands; o++) rows.offset[o] += rows.index[d] * layout->strides[o][d];
  }
  rows.run = zk_min(layout->dims[last] - rows.index[last], end - begin);
  return rows;
}

ZK_INLINE void zk_rows_next(zk_rows *rows) {
  const ZKLayout *layout = rows->layout;
  ptrdiff_t d = layout->rank - 1, advance = rows->run;
  rows->position += advance;
  rows->run = zk_min(layout->dims[d], rows->end - rows->position);
  if (rows->run <= 0) return;
  // A run ends with its dimension. Carry into the outer dimensions.
  for (int o = 0; o < layout->operands; o++) rows->offset[o] -= rows->index[d] * layout->strides[o][d];
  rows->index[d] = 0;
  while (--d >= 0) {
    bool carries = ++rows->index[d] == layout->dims[d];
    for (int o = 0; o < layout->operands; o++)
      rows->offset[o] += layout->strides[o][d] * (carries ? 1 - layout->dims[d] : 1);
    if (!carries) return;
    rows->index[d] = 0;
  }
}
