#pragma once
#include "zk_types.h"

/// A matrix product: out[i] = alpha · (op(a[i]) · op(b[i]) + bias) + beta · out[i], with op(a) [m, k], op(b) [k, n] and
/// out [m, n].
typedef struct ZKMatmul {
  ptrdiff_t m, n, k;
  /// Products in the batch. A shared operand has one matrix for all of them.
  ptrdiff_t batch;
  bool shared_a, shared_b;
  /// The stored matrix is [k, m] (a) or [n, k] (b).
  bool transposed_a, transposed_b;
  /// A row of n values is added to every row of the product.
  bool has_bias;
  /// The previous content of `out` is added, times `beta` (which is ignored otherwise).
  bool accumulates;
  /// At the end, each x of the result becomes x > 0 ? x : slope x (`slope` is ignored otherwise).
  bool has_leaky_relu;
  float alpha, beta, slope;
} ZKMatmul;

/// Runs the product in float or double. `bias` is read only if `has_bias`. False when there is no kernel for the type.
///
/// A float sum is computed in the order of k by fused multiplications and additions. Its bits depend neither on the
/// number of threads nor on the rest of the shape.
bool zk_matmul(ZKType type, const ZKMatmul *problem, const void *a, const void *b, const void *bias, void *out);

/// Limits the float products that the calling thread starts to a level of x86-64 (1, 3 or 4), for tests. Returns the
/// level in effect: that of the processor may be lower.
int zk_matmul_limit_level(int level);

/// A float product with its operands, prepared once for many runs without allocations or locks.
typedef struct ZKBoundMatmul ZKBoundMatmul;

/// Prepares a product for a number of threads; `m`, `n`, `k` and `batch` are at least 1. Null if there is no memory.
ZKBoundMatmul *zk_matmul_bind(
    const ZKMatmul *problem, int threads, const float *a, const float *b, const float *bias, float *out);

/// The bytes of scratch space of a run. Products that run in sequence may share it.
size_t zk_matmul_scratch_size(const ZKBoundMatmul *bound);

/// Sets the scratch space, aligned to 64 bytes, before the first run.
void zk_matmul_set_scratch(ZKBoundMatmul *bound, void *scratch);

/// Runs a ``ZKBoundMatmul``.
bool zk_matmul_run(void *bound);

/// Frees the result of ``zk_matmul_bind``.
void zk_matmul_release(ZKBoundMatmul *bound);
