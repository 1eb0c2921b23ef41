// Y of a convolution, with its channels as rows. Columns are positions of images, packed for each panel.
#include "ConvolutionPlan.h"
#include "Window.h"

// Columns that are neighbours in the copy of the images, or in the result.
typedef struct {
  ptrdiff_t lane, length, place;
} segment;

// A panel of at most 64 columns has at most as many segments.
enum { most_segments = 64 };

typedef struct {
  const convolution_run *run;
  const column_product *product;
  float *panel, *sums;
  segment sources[most_segments], targets[most_segments];
  int source_count, target_count;
  ptrdiff_t vectors, width;
} panel;

// Appends columns, to the last segment if they follow it.
static int append(segment segments[], int count, ptrdiff_t lane, ptrdiff_t length, ptrdiff_t place) {
  segment *last = &segments[count - 1];
  if (count > 0 && last->place + last->length == place) {
    last->length += length;
    return count;
  }
  segments[count] = (segment){lane, length, place};
  return count + 1;
}

// Finds the places of columns first..<end.
static void find_segments(panel *m, ptrdiff_t first, ptrdiff_t end) {
  const column_product *p = m->product;
  const convolution_plan *plan = m->run->plan;
  const ptrdiff_t *grid = p->grid, *from = p->source_step, *to = p->target_step;
  const ptrdiff_t image_size = plan->copy.channels / plan->problem.batch * zk_volume(plan->copy.extent);
  const ptrdiff_t result_size = plan->problem.groups * plan->problem.rows * zk_volume(grid);
  m->source_count = m->target_count = 0;
  for (ptrdiff_t column = first, length; column < end; column += length) {
    const ptrdiff_t image = column / zk_volume(grid), index = column % zk_volume(grid), lane = column - first;
    const ptrdiff_t i = index / (grid[1] * grid[2]), j = index / grid[2] % grid[1], k = index % grid[2];
    length = from[2] == 1 ? zk_min(grid[2] - k, end - column) : 1;
    m->source_count = append(
        m->sources, m->source_count, lane, length,
        image * image_size + p->source + i * from[0] + j * from[1] + k * from[2]);
    m->target_count = append(
        m->targets, m->target_count, lane, length, image * result_size + i * to[0] + j * to[1] + k * to[2]);
  }
}

// Copies the columns, a row for each element of the sums. Sixteen floats are copied at once, also into the following
// lanes, which are copied next.
ZK_CLONES static void fill_panel(const panel *m) {
  const tile_path *path = &m->product->path;
  const float *from = m->run->copy;
  float *row = m->panel;
  for (ptrdiff_t a = 0; a < path->count[0]; a++, from += path->skip[0])
    for (ptrdiff_t b = 0; b < path->count[1]; b++, from += path->skip[1])
      for (ptrdiff_t c = 0; c < path->count[2]; c++, from += path->skip[2])
        for (ptrdiff_t p = 0; p < path->count[3]; p++, from += path->step, row += m->width)
          for (int s = 0; s < m->source_count; s++) {
            const segment *g = &m->sources[s];
            if (g->length == 1) {
              row[g->lane] = from[g->place];
              continue;
            }
            for (ptrdiff_t i = 0; i < g->length; i += slack)
              memcpy(row + g->lane + i, from + g->place + i, slack * sizeof *row);
          }
}

// Writes rows of sums to their channels of the result.
ZK_CLONES static void finish_rows(const panel *m, ptrdiff_t row, ptrdiff_t end, const float *sums) {
  const ZKConvolution *problem = &m->run->plan->problem;
  const ptrdiff_t volume = zk_volume(problem->window.output);
  for (; row < end; row++, sums += m->width) {
    const ptrdiff_t channel = m->product->group * problem->rows + row;
    const float bias = problem->has_bias ? m->run->operands->bias[channel] : 0;
    for (int s = 0; s < m->target_count; s++) {
      const segment *g = &m->targets[s];
      float *to = m->run->operands->out + channel * volume + g->place;
      for (ptrdiff_t i = 0; i < g->length; i++) to[i] = sums[g->lane + i] + bias;
    }
  }
}

static void compute_panel(const panel *m) {
  const ZKConvolution *problem = &m->run->plan->problem;
  const ptrdiff_t depth = m->product->depth;
  const float *left = m->run->operands->w + m->product->group * problem->rows * depth;
  const tile_path path = {{1, 1, 1, depth}, {0}, 1, 0};
  fill_panel(m);
  for (ptrdiff_t first = 0; first < problem->rows; first += block_rows) {
    const ptrdiff_t end = zk_min(first + block_rows, problem->rows);
    for (ptrdiff_t row = first; row < end; row += tile_rows) {
      const ptrdiff_t count = zk_min(tile_rows, end - row);
      const float *rows[tile_rows];
      for (ptrdiff_t i = 0; i < tile_rows; i++) rows[i] = left + (row + zk_min(i, count - 1)) * depth;
      zk_tile(m->run->plan->tiles, count, m->vectors)(
          &path, rows, m->panel, m->width, m->sums + (row - first) * m->width, m->width, false);
    }
    finish_rows(m, first, end, m->sums);
  }
}

static void run_part(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const tile_set *tiles = plan->tiles;
  for (ptrdiff_t i = 0; i < plan->product_count; i++) {
    const column_product *product = &plan->products[i];
    const ptrdiff_t columns = plan->problem.batch * zk_volume(product->grid);
    const ptrdiff_t vectors = (columns + tiles->lanes - 1) / tiles->lanes;
    const ptrdiff_t first = vectors * part / plan->parts, last = vectors * (part + 1) / plan->parts;
    const ptrdiff_t panels = (last - first + tiles->vectors - 1) / tiles->vectors;
    float *space = zk_convolution_panel(run, part);
    panel m = {.run = run, .product = product, .panel = space, .sums = space + plan->panel_size};
    for (ptrdiff_t index = 0; index < panels; index++) {
      const ptrdiff_t from = first + (last - first) * index / panels;
      const ptrdiff_t to = first + (last - first) * (index + 1) / panels;
      m.vectors = to - from;
      m.width = m.vectors * tiles->lanes;
      find_segments(&m, from * tiles->lanes, zk_min(to * tiles->lanes, columns));
      compute_panel(&m);
    }
  }
}

void zk_convolution_run_channels(const convolution_run *run) { zk_run_parts(run->plan->parts, run_part, run); }
