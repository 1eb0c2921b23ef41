// A float matrix product, panel by panel of its columns.
#include "Matmul.h"

#include "MatmulPack.h"

// out = activation(alpha (sums + bias) + beta out) for a block. The bias has an element for each column.
ZK_INLINE void finish_rows(
    const ZKMatmul *p, const float *sums, ptrdiff_t sum_row, ptrdiff_t rows, ptrdiff_t columns, const float *bias,
    float *out, bool accumulates, bool has_bias, bool has_leaky_relu) {
  const float alpha = p->alpha, beta = p->beta, slope = p->slope;
  for (ptrdiff_t i = 0; i < rows; i++, sums += sum_row, out += p->n) {
    ZK_VECTORIZE
    for (ptrdiff_t j = 0; j < columns; j++) {
      float x = alpha * (has_bias ? sums[j] + bias[j] : sums[j]);
      if (accumulates) x += beta * out[j];
      out[j] = has_leaky_relu && !(x > 0) ? slope * x : x;
    }
  }
}

#define FINISH(ACCUMULATES, BIAS, RELU) \
  finish_rows(p, sums, sum_row, rows, columns, bias, out, ACCUMULATES, BIAS, RELU)

ZK_CLONES static void finish(
    const ZKMatmul *p, const float *sums, ptrdiff_t sum_row, ptrdiff_t rows, ptrdiff_t columns, const float *bias,
    float *out) {
  switch (p->accumulates * 4 + p->has_bias * 2 + p->has_leaky_relu) {
  case 0: FINISH(false, false, false); break;
  case 1: FINISH(false, false, true); break;
  case 2: FINISH(false, true, false); break;
  case 3: FINISH(false, true, true); break;
  case 4: FINISH(true, false, false); break;
  case 5: FINISH(true, false, true); break;
  case 6: FINISH(true, true, false); break;
  case 7: FINISH(true, true, true); break;
  }
}

// One product of the batch, as tiles compute it.
typedef struct {
  const matmul_plan *plan;
  matrix_view left, right;
  const float *bias;
  float *out, *panel, *block, *transposed, *sums;
} product;

// A panel: some columns of the result for rows begin..<end.
typedef struct {
  ptrdiff_t begin, end, column, columns, vectors, width;
} range;

// Rows p..<p + depth of the right operand: packed, or where they are.
typedef struct {
  const float *elements;
  ptrdiff_t row;
} right_panel;

static void compute_tiles(
    const product *m, const range *r, ptrdiff_t row, ptrdiff_t end, ptrdiff_t p, ptrdiff_t depth, right_panel panel,
    float *sums, ptrdiff_t stride) {
  // The rows of the next tile, which the processor does not expect.
  const tile_path path = {
      .count = {1, 1, 1, depth}, .step = m->left.column, .ahead = m->left.column == 1 ? tile_rows * m->left.row : 0};
  for (; row < end; row += tile_rows, sums += tile_rows * stride) {
    const ptrdiff_t count = zk_min(tile_rows, end - row);
    const float *rows[tile_rows];
    for (ptrdiff_t i = 0; i < tile_rows; i++)
      rows[i] = m->left.elements + (row + zk_min(i, count - 1)) * m->left.row + p * m->left.column;
    zk_tile(m->plan->tiles, count, r->vectors)(
        &path, rows, panel.elements, panel.row, sums, stride, p > 0);
  }
}

// A panel that only one row of tiles reads need not be packed.
static right_panel panel_of(const product *m, const range *r, matrix_view right, ptrdiff_t depth) {
  if (right.column == 1 && r->columns == r->width && r->end - r->begin <= tile_rows)
    return (right_panel){right.elements, right.row};
  zk_pack(right, depth, r->columns, m->panel, r->width);
  return (right_panel){m->panel, r->width};
}

static const float *bias_at(const product *m, ptrdiff_t index) { return m->bias ? m->bias + index : NULL; }

// Writes the sums of a block of rows, to the transposed result where the product is transposed.
static void finish_block(
    const product *m, const range *r, ptrdiff_t row, ptrdiff_t rows, const float *sums, ptrdiff_t stride) {
  const ZKMatmul *p = &m->plan->problem;
  if (m->plan->is_transposed) {
    zk_pack((matrix_view){sums, 1, stride}, r->columns, rows, m->transposed, block_rows);
    finish(p, m->transposed, block_rows, r->columns, rows, bias_at(m, row), m->out + r->column * p->n + row);
  } else {
    finish(p, sums, stride, rows, r->columns, bias_at(m, r->column), m->out + row * p->n + r->column);
  }
}

static void compute_panel(const product *m, const range *r) {
  const matmul_plan *plan = m->plan;
  const ZKMatmul *problem = &plan->problem;
  const bool is_plain = problem->alpha == 1 && !problem->has_bias && !problem->has_leaky_relu;
  const bool can_be_direct = !plan->is_transposed && !problem->accumulates && r->columns == r->width;
  for (ptrdiff_t p = 0; p < problem->k; p += plan->depth) {
    const ptrdiff_t depth = zk_min(plan->depth, problem->k - p);
    const matrix_view right = {
        m->right.elements + p * m->right.row + r->column * m->right.column, m->right.row, m->right.column};
    const right_panel panel = panel_of(m, r, right, depth);
    for (ptrdiff_t row = r->begin; row < r->end; row += block_rows) {
      const ptrdiff_t rows = zk_min(block_rows, r->end - row);
      // Tiles compute an even number of rows.
      const bool is_direct = can_be_direct && rows % 2 == 0;
      float *sums = is_direct ? m->out + row * problem->n + r->column
          : plan->sum_size > 0 ? m->sums + (row - r->begin) * r->width
                               : m->block;
      const ptrdiff_t stride = is_direct ? problem->n : r->width;
      compute_tiles(m, r, row, row + rows, p, depth, panel, sums, stride);
      if (p + depth == problem->k && !(is_direct && is_plain)) finish_block(m, r, row, rows, sums, stride);
    }
  }
}

typedef struct {
  const matmul_plan *plan;
  const matmul_operands *operands;
} call;

// A piece of one product of the batch: some rows or some columns.
static void compute_piece(const call *c, ptrdiff_t matrix, int piece, float *scratch) {
  const matmul_plan *plan = c->plan;
  const matmul_operands *o = c->operands;
  const ZKMatmul *p = &plan->problem;
  const float *a = o->a + (p->shared_a ? 0 : matrix * p->m * p->k);
  const float *b = o->b + (p->shared_b ? 0 : matrix * p->k * p->n);
  const matrix_view rows = {a, p->transposed_a ? 1 : p->k, p->transposed_a ? p->m : 1};
  const matrix_view columns = {b, p->transposed_b ? 1 : p->n, p->transposed_b ? p->k : 1};
  float *block = scratch + plan->panel_size;
  const product m = {
      .plan = plan,
      .left = plan->is_transposed ? (matrix_view){b, columns.column, columns.row} : rows,
      .right = plan->is_transposed ? (matrix_view){a, rows.column, rows.row} : columns,
      .bias = o->bias, .out = o->out + matrix * p->m * p->n,
      .panel = scratch, .block = block, .transposed = block + plan->block_size, .sums = block + 2 * plan->block_size};
  ptrdiff_t begin = 0, end = plan->rows, first = 0, last = plan->vectors;
  if (plan->splits_rows) {
    // Whole tiles.
    const ptrdiff_t count = (plan->rows + tile_rows - 1) / tile_rows;
    begin = count * piece / plan->pieces * tile_rows;
    end = zk_min(plan->rows, count * (piece + 1) / plan->pieces * tile_rows);
  } else {
    first = plan->vectors * piece / plan->pieces;
    last = plan->vectors * (piece + 1) / plan->pieces;
  }
  const tile_set *tiles = plan->tiles;
  const ptrdiff_t panels = (last - first + tiles->vectors - 1) / tiles->vectors;
  const ptrdiff_t all_columns = plan->is_transposed ? p->m : p->n;
  for (ptrdiff_t panel = 0; panel < panels && begin < end; panel++) {
    const ptrdiff_t from = first + (last - first) * panel / panels, to = first + (last - first) * (panel + 1) / panels;
    const ptrdiff_t column = from * tiles->lanes, width = (to - from) * tiles->lanes;
    compute_panel(&m, &(range){begin, end, column, zk_min(width, all_columns - column), to - from, width});
  }
}

static void run_part(const void *context, int part) {
  const call *c = context;
  const matmul_plan *plan = c->plan;
  const ptrdiff_t units = plan->problem.batch * plan->pieces;
  float *scratch = c->operands->scratch
      + part * (plan->panel_size + 2 * plan->block_size + plan->sum_size);
  for (ptrdiff_t unit = units * part / plan->parts; unit < units * (part + 1) / plan->parts; unit++)
    compute_piece(c, unit / plan->pieces, (int)(unit % plan->pieces), scratch);
}

void zk_matmul_execute(const matmul_plan *plan, const matmul_operands *operands) {
  zk_run_parts(plan->parts, run_part, &(call){plan, operands});
}
