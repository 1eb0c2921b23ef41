#pragma once
#include "zk_types.h"

/// What to multiply: out[i] = alpha · (op(a[i]) · op(b[i]) + bias) + beta · out[i], with op(a) [m, k], op(b) [k, n]
/// and out [m, n].
typedef struct ZKMatmul {
  ptrdiff_t m, n, k;
  /// Products in the batch. An operand flagged as shared has one matrix for all of them.
  ptrdiff_t batch;
  bool shared_a, shared_b;
  /// The stored matrix is [k, m] (a) or [n, k] (b).
  bool transposed_a, transposed_b;
  /// A row of n numbers is added to every row of the product.
  bool has_bias;
  /// What is in `out` beforehand is added, times `beta` (which is ignored otherwise).
  bool accumulates;
  float alpha, beta;
} ZKMatmul;

/// Runs the product in float through oneDNN's matmul primitive, or in double through a plain blocked one.
///
/// Primitives are made once per problem and thread count, kept for the life of the process, and shared by all threads.
/// `bias` is read only if `has_bias`. False when there is no kernel for the type, or oneDNN refuses.
bool zk_matmul(ZKType type, const ZKMatmul *problem, const void *a, const void *b, const void *bias, void *out);
