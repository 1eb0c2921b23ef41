#pragma once
#include "zk_batch_norm.h"
#include "zk_elementwise.h"
#include "zk_layout.h"
#include "zk_reduce.h"

/// A kernel with all its arguments, ready to run. The results of a run that fails are undefined.
typedef struct ZKInstruction {
  bool (*run)(void *context);
  void *context;
} ZKInstruction;

/// Instructions in sequence, or lanes of them that run at the same time.
typedef struct ZKSection {
  /// The number of lanes. Each runs on its own thread.
  int lanes;
  /// The default number of threads for the instructions of a single lane.
  int threads;
  /// The instructions of lane `i` are those from `bounds[i]` to `bounds[i + 1]`.
  const ptrdiff_t *bounds;
} ZKSection;

/// Runs sections in order. The instructions of several lanes use one thread each.
///
/// Returns -1, or the index of an instruction that failed. Adds the time of each instruction to its element of
/// `nanoseconds`, if not null.
ptrdiff_t zk_run(
    const ZKInstruction *instructions, const ZKSection *sections, ptrdiff_t count, uint64_t *nanoseconds);

// The contexts of kernels that need no preparation besides their arguments, and the functions that run them.

typedef struct ZKBoundCopy {
  ptrdiff_t element_size;
  ZKLayout layout;
  const void *source;
  void *destination;
} ZKBoundCopy;
bool zk_copy_run(void *bound);

/// Writes one element `count` times: the one at `value`, or zero.
typedef struct ZKBoundFill {
  ptrdiff_t element_size, count;
  const void *value;
  void *destination;
} ZKBoundFill;
bool zk_fill_run(void *bound);

/// Copies `size` bytes.
typedef struct ZKBoundMove {
  size_t size;
  const void *source;
  void *destination;
} ZKBoundMove;
bool zk_move_run(void *bound);

typedef struct ZKBoundReduce {
  ZKReduce op;
  ZKType type;
  ptrdiff_t outer, reduce, inner;
  const void *x;
  void *y;
} ZKBoundReduce;
bool zk_reduce_run(void *bound);

typedef struct ZKBoundBinary {
  ZKBinary op;
  ZKType type;
  ZKLayout layout;
  const void *a, *b;
  void *out;
} ZKBoundBinary;
bool zk_binary_run(void *bound);

/// Batch normalisation in training mode.
typedef struct ZKBoundBatchNorm {
  ZKType type;
  ZKBatchNormShape shape;
  double epsilon, momentum;
  const void *x, *scale, *bias, *running_mean, *running_variance;
  void *y, *new_mean, *new_variance;
} ZKBoundBatchNorm;
bool zk_batch_norm_run(void *bound);

/// One step of Adam over concatenated tensors. The step number and the learning rate are read when it runs.
typedef struct ZKBoundAdam {
  ZKType type;
  double beta1, beta2, epsilon;
  /// One value of `type`.
  const void *rate;
  /// The step number, from 1.
  const int64_t *step;
  ptrdiff_t count;
  const void *x, *g, *m, *v;
  void *new_x, *new_m, *new_v;
} ZKBoundAdam;
bool zk_adam_run(void *bound);
