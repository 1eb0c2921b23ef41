// The parts that kernels share: function multiversioning, the thread pool and the iteration over a layout's rows.
#pragma once
#include <math.h>
#include <string.h>

#include "include/zk_layout.h"
#include "include/zk_types.h"

// Hot loops are compiled for three levels of x86-64. One is chosen when the program is loaded.
#if defined(__x86_64__)
#define ZK_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define ZK_CLONES
#endif

// Promises that iterations are independent. That holds for buffers that are equal or disjoint (`restrict` would exclude
// working in place).
#define ZK_VECTORIZE _Pragma("clang loop vectorize(assume_safety) interleave(enable)")

#define ZK_INLINE static inline __attribute__((always_inline))

static const ptrdiff_t zk_type_size[] = {
    [ZKTypeFloat] = sizeof(float), [ZKTypeDouble] = sizeof(double), [ZKTypeInt64] = sizeof(int64_t), [ZKTypeBool] = 1};

/// Processes the items begin..<end of some work.
typedef void (*zk_range_function)(const void *context, ptrdiff_t begin, ptrdiff_t end);

/// Splits `count` items into one range for each thread, at multiples of `granule`, and runs them on OpenMP's pool. Work
/// of less than 32,768 elements (`count * cost`) stays on the calling thread.
void zk_parallel(ptrdiff_t count, ptrdiff_t granule, ptrdiff_t cost, zk_range_function function, const void *context);

/// Ensures that the calling thread gets teams of the requested size, whatever the machine's load.
void zk_fix_team(void);

/// Blocks signals on the calling thread, and on those that OpenMP starts for it, until `zk_signals_release`. Calls
/// nest.
///
/// - threads: the largest number of threads of kernels until then.
void zk_signals_hold(int threads);
void zk_signals_release(void);

/// The iteration over a layout's elements begin..<end, one run of the innermost dimension at a time.
typedef struct {
  const ZKLayout *layout;
  ptrdiff_t position, end;
  /// Elements in the current run; zero at the end of the iteration.
  ptrdiff_t run;
  ptrdiff_t index[ZKMaxRank];
  ptrdiff_t offset[ZKMaxOperands];
} zk_rows;

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
