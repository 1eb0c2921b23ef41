// A prepared loop: FusedPrepare.c creates it, and Fused.c runs it.
#pragma once
#include "Rows.h"
#include "include/zk_fused.h"

/// A loop runs in tiles: some whole rows of the innermost dimension, or a piece of one row. Slots address the inputs
/// and outputs of its steps. A slot holds a pointer for each tensor, for each copy of a tensor and for each result.
///
/// In every slot that a kernel reads, a tile is contiguous or one repeated element (stride 0).
typedef struct {
  ptrdiff_t rows, columns;
} zk_tile;

/// A step with its kernel.
typedef struct {
  ZKFusedKind kind;
  ZKType type;
  double a, b;
  union {
    zk_unary_row unary;
    zk_binary_row binary;
    zk_cast_row cast;
    zk_where_row select;
  } row;
  int operands[3], result;
  /// 0 or 1.
  ptrdiff_t strides[3];
} zk_fused_step;

/// The step of a tensor's pointer, in bytes.
typedef struct {
  char *pointer;
  ptrdiff_t advance, strides[ZKFusedMaxRank];
} zk_fused_tensor;

/// A tensor that is copied to its own block, tile by tile, because kernels do not support its strides.
typedef struct {
  int tensor, slot;
  /// In elements.
  ptrdiff_t size, row_stride, column_stride;
} zk_fused_copy;

/// Combines a tile with totals: each row with total[row * stride], or each column with total[column].
typedef void (*zk_fused_reduce)(zk_tile tile, const void *x, double *total, ptrdiff_t stride);

typedef struct {
  zk_fused_reduce reduce;
  ZKReduce op;
  ZKType type;
  int operand;
  /// Whether `reduce` takes the tile's elements as one row.
  bool is_flat;
  ptrdiff_t row_stride, advance, strides[ZKFusedMaxRank];
  /// The position of the totals in a part's memory.
  ptrdiff_t first, count, reduced;
  void *y;
} zk_fused_reduction;

struct ZKFused {
  int step_count, tensor_count, copy_count, reduction_count;
  /// The dimensions outside of tiles.
  int outer_rank;
  ptrdiff_t outer[ZKFusedMaxRank];
  /// A whole tile, the extent that is divided into tiles (of rows, or of columns where a tile has one row), and the
  /// number of tiles in it.
  zk_tile tile;
  ptrdiff_t extent, run, tiles;
  /// Each part has slots, then blocks, then totals.
  ptrdiff_t parts, part_bytes, total_offset, total_count;
  char *memory;
  zk_fused_step steps[ZKFusedMaxSteps];
  zk_fused_tensor tensors[ZKFusedMaxTensors];
  zk_fused_copy copies[ZKFusedMaxTensors];
  zk_fused_reduction reductions[ZKFusedMaxReductions];
};

/// The functions that combine rows, or columns, of a type; null for reductions other than sum, mean, max and min.
zk_fused_reduce zk_fused_reduce_of(ZKReduce op, ZKType type, bool by_columns);

ZK_INLINE double zk_fused_start(ZKReduce op) {
  return op == ZKReduceMax ? -INFINITY : op == ZKReduceMin ? INFINITY : 0;
}
