#pragma once
#include "MatmulTile.h"
#include "include/zk_matmul.h"

/// Matrix products with m, n, k and batch of at least 1.
bool zk_matmul_float(const ZKMatmul *problem, const float *a, const float *b, const float *bias, float *out);
bool zk_matmul_double(const ZKMatmul *problem, const double *a, const double *b, const double *bias, double *out);

/// The order of computation of a float product.
///
/// Tiles put the columns of the right operand into the lanes of vectors, and broadcast elements of the left one. The
/// right operand is packed. A transposed product exchanges the two: it computes the transpose of
/// the result.
typedef struct {
  ZKMatmul problem;
  const tile_set *tiles;
  bool is_transposed;
  /// Rows and columns as tiles compute them. The columns are counted in vectors.
  ptrdiff_t rows, vectors;
  /// The number of pieces into which one product is divided, by rows or by columns, and that of parts that run in
  /// parallel.
  int pieces, parts;
  bool splits_rows;
  /// The extent of k for which a panel is packed.
  ptrdiff_t depth;
  /// The floats of scratch space of a part: a panel, two blocks, and sums of several panels.
  ptrdiff_t panel_size, block_size, sum_size;
} matmul_plan;

/// Chooses the order of computation for a number of threads. Sums have the same bits in every order.
matmul_plan zk_matmul_plan(const ZKMatmul *problem, int threads);

/// The bytes of scratch space of a run.
size_t zk_matmul_plan_scratch(const matmul_plan *plan);

/// The tensors of a run, and its scratch space, aligned to 64 bytes.
typedef struct {
  const float *a, *b, *bias;
  float *out, *scratch;
} matmul_operands;

void zk_matmul_execute(const matmul_plan *plan, const matmul_operands *operands);
