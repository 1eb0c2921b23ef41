// Y and X of a convolution, with positions of images as rows.
#include "ConvolutionPlan.h"
#include "MatmulPack.h"
#include "Window.h"

// Channels of the result that tiles compute together.
typedef struct {
  ptrdiff_t first, count, vectors, width;
} panel;

static ptrdiff_t panel_count(const convolution_plan *plan, ptrdiff_t *vectors) {
  *vectors = (zk_convolution_channels(plan) + plan->tiles->lanes - 1) / plan->tiles->lanes;
  return (*vectors + plan->tiles->vectors - 1) / plan->tiles->vectors;
}

static panel panel_at(const convolution_plan *plan, ptrdiff_t index) {
  ptrdiff_t vectors;
  const ptrdiff_t panels = panel_count(plan, &vectors), lanes = plan->tiles->lanes;
  const ptrdiff_t from = vectors * index / panels, to = vectors * (index + 1) / panels;
  return (panel){
      from * lanes, zk_min((to - from) * lanes, zk_convolution_channels(plan) - from * lanes), to - from,
      (to - from) * lanes};
}

// The packed weights of a panel: a row for each element of the sums.
static float *weights_of(const convolution_run *run, const column_product *product, const panel *panel) {
  return run->weights + product->weights + product->depth * panel->first;
}

// For Y, the weights of each panel are transposed: a part of the elements of all sums.
static void pack_part_of_y(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  for (ptrdiff_t i = 0; i < plan->product_count; i++) {
    const column_product *product = &plan->products[i];
    const ptrdiff_t first = product->depth * part / plan->parts, end = product->depth * (part + 1) / plan->parts;
    ptrdiff_t vectors;
    for (ptrdiff_t index = 0; index < panel_count(plan, &vectors); index++) {
      const panel p = panel_at(plan, index);
      const float *from = run->operands->w + (product->group * plan->problem.rows + p.first) * product->depth + first;
      float *to = weights_of(run, product, &p) + first * p.width;
      zk_pack((matrix_view){from, 1, product->depth}, end - first, p.count, to, p.width);
    }
  }
}

// For X, the weights of a panel are transposed for each channel that is summed over, some positions of the kernel at a
// time. Each position then goes to the product that uses it.
static void pack_part_of_x(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const ZKConvolution *problem = &plan->problem;
  const ptrdiff_t kernel = zk_volume(problem->window.kernel), row_size = problem->channels * kernel;
  const ptrdiff_t units = problem->groups * problem->rows;
  float *block = zk_convolution_panel(run, part);
  ptrdiff_t vectors;
  for (ptrdiff_t unit = units * part / plan->parts; unit < units * (part + 1) / plan->parts; unit++)
    for (ptrdiff_t index = 0; index < panel_count(plan, &vectors); index++) {
      const panel p = panel_at(plan, index);
      const ptrdiff_t group = unit / problem->rows, channel = unit % problem->rows;
      const float *from = run->operands->w + unit * row_size + p.first * kernel;
      for (ptrdiff_t first = 0; first < kernel; first += block_rows) {
        const ptrdiff_t count = zk_min(block_rows, kernel - first);
        zk_pack((matrix_view){from + first, 1, kernel}, count, p.count, block, p.width);
        for (ptrdiff_t i = 0; i < plan->product_count; i++) {
          const column_product *product = &plan->products[i];
          if (product->group != group) continue;
          float *to = weights_of(run, product, &p) + channel * product->position_count * p.width;
          for (ptrdiff_t k = 0; k < product->position_count; k++, to += p.width) {
            const ptrdiff_t at = product->positions[k] - first;
            if (at >= 0 && at < count) memcpy(to, block + at * p.width, (size_t)p.width * sizeof *to);
          }
        }
      }
    }
}

// The rows of a block: places in a chunk of images, and in the first channel of the result.
typedef struct {
  ptrdiff_t count, source[block_rows], target[block_rows];
} block;

// Finds the places of the rows from `first` on. The chunk begins with image `start`.
static void find_places(
    const convolution_plan *plan, const column_product *p, ptrdiff_t start, ptrdiff_t first, block *b) {
  const ZKConvolution *problem = &plan->problem;
  const ptrdiff_t *grid = p->grid, image_size = zk_convolution_image_size(plan);
  const ptrdiff_t result_size =
      problem->groups * zk_convolution_channels(plan) * zk_volume(zk_convolution_extents(plan));
  ptrdiff_t image = first / zk_volume(grid), rest = first % zk_volume(grid);
  ptrdiff_t at[3] = {rest / (grid[1] * grid[2]), rest / grid[2] % grid[1], rest % grid[2]};
  for (ptrdiff_t i = 0; i < b->count; i++) {
    b->source[i] = (image - start) * image_size + p->source;
    b->target[i] = image * result_size + p->target;
    for (int a = 0; a < 3; a++) {
      b->source[i] += at[a] * p->source_step[a];
      b->target[i] += at[a] * p->target_step[a];
    }
    if (++at[2] < grid[2]) continue;
    at[2] = 0;
    if (++at[1] < grid[1]) continue;
    at[1] = 0;
    if (++at[0] < grid[0]) continue;
    at[0] = 0, image++;
  }
}

static void add_bias(const float *bias, ptrdiff_t rows, const panel *p, float *sums) {
  for (ptrdiff_t i = 0; i < rows; i++, sums += p->width)
    for (ptrdiff_t j = 0; j < p->count; j++) sums[j] += bias[j];
}

// Writes a block of sums to the channels of a panel: transposed, where neighbours in the block are neighbours in the
// result; else element by element.
static void write_block(
    const block *b, const panel *p, bool is_contiguous, ptrdiff_t volume, const float *sums,
    float *transposed, float *to) {
  if (!is_contiguous) {
    zk_copy_matrix((matrix_view){sums, 1, p->width}, p->count, b->count, transposed, block_rows);
    for (ptrdiff_t channel = 0; channel < p->count; channel++, to += volume, transposed += block_rows)
      for (ptrdiff_t i = 0; i < b->count; i++) to[b->target[i]] = transposed[i];
    return;
  }
  for (ptrdiff_t i = 0, end; i < b->count; i = end) {
    for (end = i + 1; end < b->count && b->target[end] == b->target[end - 1] + 1;) end++;
    zk_copy_matrix((matrix_view){sums + i * p->width, 1, p->width}, p->count, end - i, to + b->target[i], volume);
  }
}

// A part's images first..<end, and its memory.
typedef struct {
  const convolution_run *run;
  ptrdiff_t first, end;
  float *transposed, *sums, *copy;
} chunk;

// The rows begin..<end of a product, positions of all images, that a part computes.
static void find_rows(
    const convolution_plan *plan, const column_product *product, int part, ptrdiff_t *begin, ptrdiff_t *end) {
  const ptrdiff_t rows = plan->problem.batch * zk_volume(product->grid), tiles = (rows + tile_rows - 1) / tile_rows;
  *begin = tiles * part / plan->parts * tile_rows;
  *end = zk_min(rows, tiles * (part + 1) / plan->parts * tile_rows);
}

// Computes the rows begin..<end of a product, which are positions of a chunk.
static void compute_rows(const chunk *c, const column_product *product, ptrdiff_t begin, ptrdiff_t end) {
  const convolution_run *run = c->run;
  const convolution_plan *plan = run->plan;
  const ptrdiff_t volume = zk_volume(zk_convolution_extents(plan)), channels = zk_convolution_channels(plan);
  ptrdiff_t vectors;
  for (ptrdiff_t index = 0; index < panel_count(plan, &vectors); index++) {
    const panel p = panel_at(plan, index);
    const ptrdiff_t channel = product->group * channels + p.first;
    const float *weights = weights_of(run, product, &p);
    for (ptrdiff_t first = begin; first < end; first += block_rows) {
      block b = {.count = zk_min(block_rows, end - first)};
      find_places(plan, product, c->first, first, &b);
      for (ptrdiff_t row = 0; row < b.count; row += tile_rows) {
        const ptrdiff_t count = zk_min(tile_rows, b.count - row);
        const float *places[tile_rows];
        for (ptrdiff_t j = 0; j < tile_rows; j++) places[j] = c->copy + b.source[row + zk_min(j, count - 1)];
        zk_tile(plan->tiles, count, p.vectors)(
            &product->path, places, weights, p.width, c->sums + row * p.width, p.width, false);
      }
      if (plan->problem.has_bias) add_bias(run->operands->bias + channel, b.count, &p, c->sums);
      write_block(
          &b, &p, product->target_step[2] == 1, volume, c->sums, c->transposed,
          run->operands->out + channel * volume);
    }
  }
}

// Images are copied in chunks. All products then find them in the second-level cache.
static void run_part(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  ptrdiff_t image = plan->problem.batch, last = 0, begin, end;
  for (ptrdiff_t i = 0; i < plan->product_count; i++) {
    const ptrdiff_t volume = zk_volume(plan->products[i].grid);
    find_rows(plan, &plan->products[i], part, &begin, &end);
    if (begin == end) continue;
    image = zk_min(image, begin / volume);
    last = zk_max(last, (end + volume - 1) / volume);
  }
  const float *images = plan->result == ZKConvolutionResultX ? run->operands->y : run->operands->x;
  const ptrdiff_t channels = plan->copy.channels / plan->problem.batch;
  float *transposed = zk_convolution_panel(run, part), *sums = transposed + plan->panel_size;
  chunk c = {.run = run, .transposed = transposed, .sums = sums, .copy = sums + plan->sum_size};
  for (c.first = image; c.first < last; c.first = c.end) {
    c.end = zk_min(c.first + plan->chunk, last);
    zk_copy_channels(&plan->copy, images, c.first * channels, c.end * channels, c.copy);
    for (ptrdiff_t i = 0; i < plan->product_count; i++) {
      const ptrdiff_t volume = zk_volume(plan->products[i].grid);
      find_rows(plan, &plan->products[i], part, &begin, &end);
      compute_rows(&c, &plan->products[i], zk_max(begin, c.first * volume), zk_min(end, c.end * volume));
    }
  }
}

void zk_convolution_run_positions(const convolution_run *run) {
  const bool is_x = run->plan->result == ZKConvolutionResultX;
  zk_run_parts(run->plan->parts, is_x ? pack_part_of_x : pack_part_of_y, run);
  zk_run_parts(run->plan->parts, run_part, run);
}
