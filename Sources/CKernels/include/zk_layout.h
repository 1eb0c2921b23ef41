#pragma once
#include "zk_types.h"

/// The largest rank of layouts after collapsing. Beyond it callers use another implementation.
enum { ZKMaxRank = 8, ZKMaxOperands = 3 };

/// An iteration space with the strides (in elements) of up to three operands in it.
///
/// Build one with `zk_layout_begin`, then one `zk_layout_broadcast` or `zk_layout_strided` for each operand, then
/// `zk_layout_end`. The last one merges dimensions until as few as possible are left.
typedef struct ZKLayout {
  int32_t rank;
  int32_t operands;
  ptrdiff_t count;
  ptrdiff_t dims[ZKMaxRank];
  ptrdiff_t strides[ZKMaxOperands][ZKMaxRank];
} ZKLayout;

/// Starts a layout over the space `dims`. False when `rank` exceeds `ZKMaxRank`.
bool zk_layout_begin(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims);

/// Adds a contiguous operand of shape `dims`, broadcast to the space by NumPy's rule. False when it does not
/// broadcast.
bool zk_layout_broadcast(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims);

/// Adds an operand with one stride for each dimension of the space, in elements; strides may be zero or negative.
void zk_layout_strided(ZKLayout *layout, const ptrdiff_t *strides);

/// Builds a whole layout: the copy of a contiguous tensor of shape `dims` with its dimensions permuted, so that
/// `order[d]` becomes dimension d; null reverses them. False when `rank` exceeds `ZKMaxRank`.
bool zk_layout_transpose(ZKLayout *layout, ptrdiff_t rank, const ptrdiff_t *dims, const ptrdiff_t *order);

/// Drops dimensions of size 1 and merges neighbouring dimensions where all operands allow it.
void zk_layout_end(ZKLayout *layout);
