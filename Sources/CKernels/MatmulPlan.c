// The order in which a float matrix product is computed.
#include "Matmul.h"

#include "include/zk_threads.h"

// The extent of k for which a panel stays in the second-level cache. It is smaller where a row of the left operand is
// strided, as each of its elements then lies in another line, and where a panel is read only once after it is packed.
enum { most_depth = 1024, strided_depth = 256, depth_of_one_tile = 128 };

static ptrdiff_t quotient(ptrdiff_t a, ptrdiff_t b) { return (a + b - 1) / b; }

// Whether the elements of a row of the left operand are not contiguous.
static bool is_strided(const ZKMatmul *p, bool is_transposed) {
  return is_transposed ? !p->transposed_b : p->transposed_a;
}

// Estimated cycles for one float: read as an element of the left operand, copied to a panel, or copied and transposed.
static const double read_cost = 0.1, copy_cost = 0.1, transposition_cost = 0.4;

// The factor by which tiles take longer if the left operand is strided and exceeds the first-level cache.
static const double stride_penalty = 1.3;

// The estimated cycles of one of the pieces into which a product is divided.
static double cost_of(ptrdiff_t rows, ptrdiff_t vectors, bool is_transposed, const ZKMatmul *p, const tile_set *tiles) {
  const double k = (double)p->k, count = (double)rows, width = (double)(vectors * tiles->lanes);
  const bool packs_transposed = is_transposed ? !p->transposed_a : p->transposed_b;
  const double penalty = is_strided(p, is_transposed) && p->k >= strided_depth ? stride_penalty : 1;
  const double tile = 0.5 * penalty * (double)((rows + 1) / 2 * 2) * (double)vectors * k;
  const double read = read_cost * count * k * (double)quotient(vectors, tiles->vectors);
  const double pack = k * width * (packs_transposed ? transposition_cost : copy_cost);
  return tile + read + pack + (is_transposed ? transposition_cost * count * width : 0);
}

matmul_plan zk_matmul_plan(const ZKMatmul *problem, int threads) {
  const ZKMatmul *p = problem;
  const tile_set *tiles = zk_tiles();
  matmul_plan plan = {.problem = *p, .tiles = tiles};
  const double flops = 2.0 * (double)p->m * (double)p->n * (double)p->k * (double)p->batch;
  if (flops < ZKParallelFlops) threads = 1;
  plan.pieces = (int)zk_max(1, threads / p->batch);
  plan.parts = (int)zk_min(threads, p->batch * plan.pieces);
  double least = INFINITY;
  for (int is_transposed = 0; is_transposed <= 1; is_transposed++) {
    const ptrdiff_t rows = is_transposed ? p->n : p->m, vectors = quotient(is_transposed ? p->m : p->n, tiles->lanes);
    for (int splits_rows = 0; splits_rows <= 1; splits_rows++) {
      const double cost = splits_rows
          ? cost_of(quotient(rows, plan.pieces), vectors, is_transposed, p, tiles)
          : cost_of(rows, quotient(vectors, plan.pieces), is_transposed, p, tiles);
      if (cost >= least) continue;
      least = cost;
      plan.is_transposed = is_transposed, plan.splits_rows = splits_rows, plan.rows = rows, plan.vectors = vectors;
    }
  }
  const ptrdiff_t depth = plan.rows <= tile_rows ? depth_of_one_tile
      : is_strided(p, plan.is_transposed)        ? strided_depth
                                                 : most_depth;
  const ptrdiff_t blocks = quotient(p->k, depth);
  plan.depth = quotient(p->k, blocks);
  const ptrdiff_t width = zk_min(tiles->vectors, plan.vectors) * tiles->lanes;
  plan.panel_size = plan.depth * width;
  plan.block_size = block_rows * width;
  plan.sum_size = blocks == 1 ? 0 : quotient(plan.rows, block_rows) * plan.block_size;
  return plan;
}

size_t zk_matmul_plan_scratch(const matmul_plan *plan) {
  return (size_t)plan->parts * (size_t)(plan->panel_size + 2 * plan->block_size + plan->sum_size) * sizeof(float);
}
