// X of a convolution with few channels. A product has the contributions of each position of Y: a column for each
// channel of X and position of the kernel. They are then added up in X.
#include "ConvolutionPlan.h"
#include "MatmulPack.h"
#include "Window.h"

static ptrdiff_t column_count(const convolution_plan *plan) {
  return plan->problem.channels * zk_volume(plan->problem.window.kernel);
}

// The columns of a panel: at most those of a tile.
static ptrdiff_t most_columns(const convolution_plan *plan) { return plan->tiles->lanes * plan->tiles->vectors; }

static ptrdiff_t padded(const convolution_plan *plan, ptrdiff_t columns) {
  return (columns + plan->tiles->lanes - 1) / plan->tiles->lanes * plan->tiles->lanes;
}

// The packed weights of a group from a column on.
static float *weights_of(const convolution_run *run, ptrdiff_t group, ptrdiff_t column) {
  const ptrdiff_t rows = run->plan->problem.rows;
  return run->weights + rows * (group * padded(run->plan, column_count(run->plan)) + column);
}

static void pack_part(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const ZKConvolution *p = &plan->problem;
  const ptrdiff_t columns = column_count(plan);
  for (ptrdiff_t group = p->groups * part / plan->parts; group < p->groups * (part + 1) / plan->parts; group++)
    for (ptrdiff_t first = 0; first < columns; first += most_columns(plan)) {
      const ptrdiff_t count = zk_min(most_columns(plan), columns - first);
      const float *from = run->operands->w + group * p->rows * columns + first;
      zk_pack((matrix_view){from, columns, 1}, p->rows, count, weights_of(run, group, first), padded(plan, count));
    }
}

// Adds the products of outputs first..<end to the channels of one image.
ZK_CLONES static void scatter(
    const ZKConvolution *p, ptrdiff_t first, ptrdiff_t end, ptrdiff_t column, ptrdiff_t columns, const float *sums,
    ptrdiff_t width, float *image) {
  const ZKWindow *w = &p->window;
  const ptrdiff_t *in = w->input, *out = w->output, *kernel = w->kernel, volume = zk_volume(in);
  for (ptrdiff_t output = first; output < end; output++, sums += width) {
    const ptrdiff_t at[3] = {output / (out[1] * out[2]), output / out[2] % out[1], output % out[2]};
    ptrdiff_t from[3], to[3], start[3];
    for (int a = 0; a < 3; a++) {
      zk_window_positions(w, a, at[a], at[a], &from[a], &to[a]);
      start[a] = at[a] * w->stride[a] - w->before[a];
    }
    for (ptrdiff_t channel = 0; channel < p->channels; channel++)
      for (ptrdiff_t i = from[0]; i < to[0]; i++)
        for (ptrdiff_t j = from[1]; j < to[1]; j++) {
          // The columns of a line of the kernel that are in the panel.
          const ptrdiff_t line = ((channel * kernel[0] + i) * kernel[1] + j) * kernel[2] - column;
          const ptrdiff_t begin = zk_max(from[2], -line), last = zk_min(to[2], columns - line);
          float *inputs = image + channel * volume
              + ((start[0] + i * w->dilation[0]) * in[1] + start[1] + j * w->dilation[1]) * in[2] + start[2];
          for (ptrdiff_t k = begin; k < last; k++) inputs[k * w->dilation[2]] += sums[line + k];
        }
  }
}

// The images and groups begin..<end.
static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const ZKConvolution *p = &plan->problem;
  const ptrdiff_t volume = zk_volume(p->window.input), outputs = zk_volume(p->window.output);
  const tile_path path = {{1, 1, 1, p->rows}, {0}, outputs, 0};
  float sums[block_rows * 64];
  for (ptrdiff_t unit = begin; unit < end; unit++) {
    const ptrdiff_t group = unit % p->groups;
    const float *y = run->operands->y + unit * p->rows * outputs;
    float *image = run->operands->out + unit * p->channels * volume;
    for (ptrdiff_t i = 0; i < p->channels * volume; i++)
      image[i] = p->has_bias ? run->operands->bias[group * p->channels + i / volume] : 0;
    for (ptrdiff_t first = 0; first < column_count(plan); first += most_columns(plan)) {
      const ptrdiff_t columns = zk_min(most_columns(plan), column_count(plan) - first);
      const ptrdiff_t width = padded(plan, columns);
      for (ptrdiff_t output = 0; output < outputs; output += block_rows) {
        const ptrdiff_t last = zk_min(output + block_rows, outputs);
        for (ptrdiff_t row = output; row < last; row += tile_rows) {
          const ptrdiff_t count = zk_min(tile_rows, last - row);
          const float *rows[tile_rows];
          for (ptrdiff_t i = 0; i < tile_rows; i++) rows[i] = y + row + zk_min(i, count - 1);
          zk_tile(plan->tiles, count, width / plan->tiles->lanes)(
              &path, rows, weights_of(run, group, first), width, sums + (row - output) * width, width, false);
        }
        scatter(p, output, last, first, columns, sums, width, image);
      }
    }
  }
}

void zk_convolution_run_scattering(const convolution_run *run) {
  const convolution_plan *plan = run->plan;
  zk_run_parts(plan->parts, pack_part, run);
  const ptrdiff_t cost = plan->parts == 1 ? 0 : PTRDIFF_MAX / (plan->problem.batch * plan->problem.groups);
  zk_parallel(plan->problem.batch * plan->problem.groups, 1, cost, run_range, run);
}
