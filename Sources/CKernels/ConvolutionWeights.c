// W of a convolution: the gradient of its weights. Its rows are channels and positions of the kernel, its columns the
// channels of Y, and its sums pass over all images.
#include "ConvolutionPlan.h"
#include "MatmulPack.h"
#include "Window.h"

// The most outputs for which a panel of Y is packed.
static ptrdiff_t most_depth(const convolution_plan *plan) {
  return plan->panel_size / (plan->tiles->lanes * plan->tiles->vectors);
}

// Some outputs: all of some images, or lines or a part of a line of one image.
typedef struct {
  ptrdiff_t image, at[3], counts[4];
} slab;

// The slab after `s`, or the first one if `s` is empty. False at the end.
static bool advance(const convolution_plan *plan, slab *s) {
  const ZKConvolution *p = &plan->problem;
  const ptrdiff_t *out = p->window.output, most = most_depth(plan);
  s->image += s->counts[0];
  if (zk_volume(out) <= most) {
    s->counts[0] = zk_min(most / zk_volume(out), p->batch - s->image);
    for (int a = 0; a < 3; a++) s->counts[a + 1] = out[a];
    return s->image < p->batch;
  }
  if (s->counts[0] > 0) {
    s->image -= s->counts[0];
    s->at[2] += s->counts[3];
    if (s->at[2] == out[2]) s->at[2] = 0, s->at[1] += s->counts[2];
    if (s->at[1] == out[1]) s->at[1] = 0, s->at[0]++;
    if (s->at[0] == out[0]) s->at[0] = 0, s->image++;
  }
  s->counts[0] = s->counts[1] = 1;
  s->counts[2] = out[2] <= most ? zk_min(most / out[2], out[1] - s->at[1]) : 1;
  s->counts[3] = zk_min(most, out[2] - s->at[2]);
  return s->image < p->batch;
}

// Copies `count` channels of Y at the outputs of a slab, which are contiguous in an image.
static void fill_panel(
    const convolution_run *run, const slab *s, ptrdiff_t channel, ptrdiff_t count, float *panel, ptrdiff_t width) {
  const ZKConvolution *p = &run->plan->problem;
  const ptrdiff_t *out = p->window.output, volume = zk_volume(out), length = s->counts[1] * s->counts[2] * s->counts[3];
  const ptrdiff_t place = (s->at[0] * out[1] + s->at[1]) * out[2] + s->at[2];
  for (ptrdiff_t i = 0; i < s->counts[0]; i++) {
    const float *from = run->operands->y + ((s->image + i) * p->groups * p->rows + channel) * volume + place;
    zk_pack((matrix_view){from, 1, volume}, length, count, panel + i * length * width, width);
  }
}

// Adds the products of a slab to the sums of rows begin..<end of a group.
static void add_slab(
    const convolution_run *run, const slab *s, ptrdiff_t group, ptrdiff_t begin, ptrdiff_t end, const float *panel,
    ptrdiff_t vectors, float *sums, bool adds) {
  const convolution_plan *plan = run->plan;
  const ZKConvolution *p = &plan->problem;
  const ZKWindow *w = &p->window;
  const ptrdiff_t width = vectors * plan->tiles->lanes, *kernel = w->kernel, *extent = plan->copy.extent;
  const ptrdiff_t channel = zk_volume(extent), image = p->groups * p->channels * channel;
  const ptrdiff_t steps[3] = {extent[1] * extent[2], extent[2], 1};
  const tile_path path = zk_tile_path(
      s->counts, (ptrdiff_t[]){image, w->stride[0] * steps[0], w->stride[1] * steps[1], w->stride[2]});
  const float *copy = run->copy + s->image * image + group * p->channels * channel;
  for (int a = 0; a < 3; a++) copy += s->at[a] * w->stride[a] * steps[a];
  for (ptrdiff_t row = begin; row < end; row += tile_rows, sums += tile_rows * width) {
    const ptrdiff_t count = zk_min(tile_rows, end - row);
    const float *rows[tile_rows];
    for (ptrdiff_t i = 0; i < tile_rows; i++) {
      const ptrdiff_t at = row + zk_min(i, count - 1), k = at % zk_volume(kernel);
      rows[i] = copy + at / zk_volume(kernel) * channel + k / (kernel[1] * kernel[2]) * w->dilation[0] * steps[0]
          + k / kernel[2] % kernel[1] * w->dilation[1] * steps[1] + k % kernel[2] * w->dilation[2];
    }
    zk_tile(plan->tiles, count, vectors)(&path, rows, panel, width, sums, width, adds);
  }
}

static void run_part(const void *context, int part) {
  const convolution_run *run = context;
  const convolution_plan *plan = run->plan;
  const ZKConvolution *p = &plan->problem;
  const tile_set *tiles = plan->tiles;
  const ptrdiff_t rows = p->channels * zk_volume(p->window.kernel), count = (rows + tile_rows - 1) / tile_rows;
  const ptrdiff_t begin = zk_min(rows, count * part / plan->parts * tile_rows);
  const ptrdiff_t end = zk_min(rows, count * (part + 1) / plan->parts * tile_rows);
  float *panel = zk_convolution_panel(run, part), *sums = panel + plan->panel_size;
  if (begin == end) return;
  for (ptrdiff_t group = 0; group < p->groups; group++) {
    const ptrdiff_t most = tiles->vectors * tiles->lanes;
    for (ptrdiff_t first = 0; first < p->rows; first += most) {
      const ptrdiff_t columns = zk_min(most, p->rows - first);
      const ptrdiff_t vectors = (columns + tiles->lanes - 1) / tiles->lanes, width = vectors * tiles->lanes;
      slab s = {0};
      for (bool adds = false; advance(plan, &s); adds = true) {
        fill_panel(run, &s, group * p->rows + first, columns, panel, width);
        add_slab(run, &s, group, begin, end, panel, vectors, sums, adds);
      }
      zk_copy_matrix(
          (matrix_view){sums, 1, width}, columns, end - begin,
          run->operands->out + (group * p->rows + first) * rows + begin, rows);
    }
  }
}

void zk_convolution_run_weights(const convolution_run *run) { zk_run_parts(run->plan->parts, run_part, run); }
