// The innermost part of float matrix products: a tile of the result, whose sums stay in vector registers.
#pragma once
#include "Internal.h"

/// The most rows of a tile.
enum { tile_rows = 6 };

/// The most rows of a block of the result. A block stays in the first-level cache until it is finished.
enum { block_rows = 8 * tile_rows };

enum { path_levels = 4 };

/// The elements of a row in the order of a sum: nested loops, the innermost last. The position grows by `step` with
/// each element, and by `skip[i]` after each pass of the loops inside of loop i. What lies `ahead` of an element is
/// needed soon.
typedef struct {
  ptrdiff_t count[path_levels], skip[path_levels - 1], step, ahead;
} tile_path;

/// The path of loops with counts and distances. Loops that can be merged are.
tile_path zk_tile_path(const ptrdiff_t counts[path_levels], const ptrdiff_t distances[path_levels]);

/// Computes out[i][j] = Σ rows[i][path(p)] · panel[p][j] for the elements p of a path. With `adds`, the sum continues
/// from the content of `out`.
///
/// Each sum is computed in the order of p, with one rounding for a product and its addition where the processor has
/// such an instruction. Tiles of all sizes and instruction sets with it therefore compute equal bits.
///
/// - panel: rows of `width` floats, one for each p.
/// - stride: the distance of rows of `out`.
typedef void (*tile_function)(
    const tile_path *path, const float *const rows[tile_rows], const float *panel, ptrdiff_t width, float *out,
    ptrdiff_t stride, bool adds);

/// The tiles of an instruction set.
typedef struct {
  /// The floats in a vector register.
  int lanes;
  /// The most vectors in a row of a tile.
  int vectors;
  /// By rows (2, 4, 6) and vectors.
  tile_function functions[3][4];
} tile_set;

/// The tiles for this processor, within the limit of the calling thread.
const tile_set *zk_tiles(void);

/// The smallest tile for a number of rows, at most `tile_rows`, and of vectors.
ZK_INLINE tile_function zk_tile(const tile_set *tiles, ptrdiff_t rows, ptrdiff_t vectors) {
  return tiles->functions[(rows - 1) / 2][vectors - 1];
}
