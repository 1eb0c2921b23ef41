#include "ConvolutionPlan.h"

#include <stdlib.h>

#include "Window.h"
#include "include/zk_threads.h"

// The most outputs for which a panel of Y is packed, for W.
enum { most_depth = 1024 };

// The floats of a chunk of images, if it has several: it stays in the second-level cache with a panel.
enum { most_chunk = 1 << 16 };

// With fewer positions, packing the weights is not worthwhile.
enum { least_positions = 64 };

static ptrdiff_t quotient(ptrdiff_t a, ptrdiff_t b) { return (a + b - 1) / b; }

static ptrdiff_t aligned(ptrdiff_t floats) { return quotient(floats, 16) * 16; }

static void unravel(ptrdiff_t index, const ptrdiff_t extents[3], ptrdiff_t at[3]) {
  for (int a = 2; a >= 0; a--) at[a] = index % extents[a], index /= extents[a];
}

// X with its padding, as far as the kernel passes over it.
static image_copy copy_of_x(const ZKConvolution *p) {
  const ZKWindow *w = &p->window;
  image_copy copy = {.channels = p->batch * p->groups * p->channels};
  for (int a = 0; a < 3; a++) {
    copy.input[a] = w->input[a], copy.before[a] = w->before[a];
    copy.extent[a] = (w->output[a] - 1) * w->stride[a] + (w->kernel[a] - 1) * w->dilation[a] + 1;
  }
  return copy;
}

// Y with zeros around it, as far as inputs reach for outputs.
static image_copy copy_of_y(const ZKConvolution *p) {
  const ZKWindow *w = &p->window;
  image_copy copy = {.channels = p->batch * p->groups * p->rows};
  for (int a = 0; a < 3; a++) {
    copy.input[a] = w->output[a], copy.before[a] = (w->kernel[a] - 1) * w->dilation[a] / w->stride[a];
    copy.extent[a] = copy.before[a] + zk_max(w->output[a], (w->input[a] - 1 + w->before[a]) / w->stride[a] + 1);
  }
  return copy;
}

static void set_steps(ptrdiff_t steps[3], const ptrdiff_t extents[3], const ptrdiff_t factors[3]) {
  steps[0] = factors[0] * extents[1] * extents[2], steps[1] = factors[1] * extents[2], steps[2] = factors[2];
}

// Y[r][o] = Σ W[r][c, k] X[c][o · stride + k · dilation - before], one product per group.
static bool create_y(convolution_plan *plan) {
  const ZKConvolution *p = &plan->problem;
  const ZKWindow *w = &p->window;
  const ptrdiff_t kernel = zk_volume(w->kernel), channel = zk_volume(plan->copy.extent), ones[3] = {1, 1, 1};
  plan->products = calloc((size_t)p->groups, sizeof *plan->products);
  if (!plan->products) return false;
  ptrdiff_t steps[3];
  set_steps(steps, plan->copy.extent, w->dilation);
  for (ptrdiff_t group = 0; group < p->groups; group++) {
    column_product *product = &plan->products[plan->product_count++];
    *product = (column_product){
        .group = group, .depth = p->channels * kernel, .source = group * p->channels * channel,
        .path = zk_tile_path(
            (ptrdiff_t[]){p->channels, w->kernel[0], w->kernel[1], w->kernel[2]},
            (ptrdiff_t[]){channel, steps[0], steps[1], steps[2]})};
    memcpy(product->grid, w->output, sizeof product->grid);
    set_steps(product->source_step, plan->copy.extent, w->stride);
    set_steps(product->target_step, w->output, ones);
  }
  return true;
}

// The positions of the kernel along an axis that reach the inputs of a phase: those with k · dilation mod stride equal
// to the phase. They are a sequence with a first position and a distance.
static void find_positions(
    const ZKWindow *w, int axis, ptrdiff_t phase, ptrdiff_t *first, ptrdiff_t *distance, ptrdiff_t *count) {
  *first = *count = 0, *distance = 1;
  for (ptrdiff_t k = 0; k < w->kernel[axis]; k++) {
    if (k * w->dilation[axis] % w->stride[axis] != phase) continue;
    if (*count == 0)
      *first = k;
    else if (*count == 1)
      *distance = k - *first;
    ++*count;
  }
}

// X[c][stride · a + φ - before] = Σ W[r][c, k] Y[r][a - (k · dilation - φ) / stride] over the positions k of phase φ.
// One product for each phase and group.
static bool create_x(convolution_plan *plan) {
  const ZKConvolution *p = &plan->problem;
  const ZKWindow *w = &p->window;
  const ptrdiff_t phases = zk_volume(w->stride), *extent = plan->copy.extent, channel = zk_volume(extent);
  plan->products = calloc((size_t)(p->groups * phases), sizeof *plan->products);
  plan->positions = malloc((size_t)zk_volume(w->kernel) * sizeof(ptrdiff_t));
  if (!plan->products || !plan->positions) return false;
  ptrdiff_t *positions = plan->positions;
  for (ptrdiff_t index = 0; index < phases; index++) {
    column_product product = {0};
    ptrdiff_t phase[3], steps[3], first[3], distance[3], count[3], back[3];
    unravel(index, w->stride, phase);
    set_steps(steps, extent, (ptrdiff_t[]){1, 1, 1});
    for (int a = 0; a < 3; a++) {
      const ptrdiff_t start = w->before[a] - phase[a], last = w->input[a] - 1 + start;
      const ptrdiff_t least = start > 0 ? quotient(start, w->stride[a]) : 0;
      product.grid[a] = last < 0 ? 0 : zk_max(0, last / w->stride[a] + 1 - least);
      find_positions(w, a, phase[a], &first[a], &distance[a], &count[a]);
      back[a] = -distance[a] * w->dilation[a] / w->stride[a] * steps[a];
      product.source +=
          (least + plan->copy.before[a] - (first[a] * w->dilation[a] - phase[a]) / w->stride[a]) * steps[a];
      product.target = product.target * w->input[a] + w->stride[a] * least - start;
    }
    if (zk_volume(product.grid) == 0) continue;
    product.positions = positions;
    product.position_count = zk_volume(count);
    for (ptrdiff_t i = 0; i < product.position_count; i++) {
      ptrdiff_t at[3], k = 0;
      unravel(i, count, at);
      for (int a = 0; a < 3; a++) k = k * w->kernel[a] + first[a] + at[a] * distance[a];
      *positions++ = k;
    }
    product.depth = p->rows * product.position_count;
    product.path = zk_tile_path(
        (ptrdiff_t[]){p->rows, count[0], count[1], count[2]}, (ptrdiff_t[]){channel, back[0], back[1], back[2]});
    memcpy(product.source_step, steps, sizeof steps);
    set_steps(product.target_step, w->input, w->stride);
    for (product.group = 0; product.group < p->groups; product.group++) {
      column_product *next = &plan->products[plan->product_count++];
      *next = product;
      next->source += product.group * p->rows * channel;
    }
  }
  return true;
}

static convolution_order order_of(const convolution_plan *plan) {
  const ZKConvolution *p = &plan->problem;
  const ptrdiff_t channels = zk_convolution_channels(plan);
  if (plan->result == ZKConvolutionResultW) return convolution_of_weights;
  if (p->channels == 1 && p->rows == 1) return convolution_depthwise;
  const bool has_few_channels = 2 * channels < plan->tiles->lanes;
  if (plan->result == ZKConvolutionResultX)
    return has_few_channels ? convolution_by_scattering : convolution_by_positions;
  const bool has_few_positions = p->batch * zk_volume(p->window.output) < least_positions;
  return has_few_channels || has_few_positions ? convolution_by_channels : convolution_by_positions;
}

// Rounds a number of columns up to whole vectors.
static ptrdiff_t padded(const convolution_plan *plan, ptrdiff_t columns) {
  return quotient(columns, plan->tiles->lanes) * plan->tiles->lanes;
}

static void set_sizes(convolution_plan *plan) {
  const ZKConvolution *p = &plan->problem;
  const ptrdiff_t kernel = zk_volume(p->window.kernel), width = plan->tiles->lanes * plan->tiles->vectors;
  plan->sum_size = block_rows * width;
  plan->copy_size = aligned(zk_image_copy_size(&plan->copy));
  switch (plan->order) {
  case convolution_by_positions:
    // Blocks of the result that are strided are transposed before they are written.
    plan->panel_size = block_rows * width;
    plan->chunk = zk_max(1, most_chunk / zk_convolution_image_size(plan));
    plan->chunk_size = aligned(zk_min(plan->chunk, p->batch) * zk_convolution_image_size(plan));
    plan->copy_size = 0;
    for (ptrdiff_t i = 0; i < plan->product_count; i++) {
      plan->products[i].weights = plan->weight_size;
      plan->weight_size += plan->products[i].depth * padded(plan, zk_convolution_channels(plan));
    }
    break;
  case convolution_by_channels: plan->panel_size = aligned(p->channels * kernel * width + slack); break;
  case convolution_by_scattering:
    plan->weight_size = p->groups * p->rows * padded(plan, p->channels * kernel);
    plan->copy_size = 0;
    break;
  case convolution_depthwise: plan->sum_size = plan->copy_size = 0; break;
  case convolution_of_weights:
    plan->panel_size = most_depth * width;
    plan->sum_size *= quotient(p->channels * kernel, block_rows);
    break;
  }
  plan->weight_size = aligned(plan->weight_size);
}

bool zk_convolution_plan_create(
    convolution_plan *plan, ZKConvolutionResult result, const ZKConvolution *problem, int threads) {
  const ZKConvolution *p = problem;
  const double weights = (double)(p->groups * p->rows * p->channels * zk_volume(p->window.kernel));
  const double flops = 2 * weights * (double)p->batch * (double)zk_volume(p->window.output);
  for (int a = 0; a < 3; a++)
    if (p->window.before[a] < 0) return false;
  *plan = (convolution_plan){
      .result = result, .problem = *p, .tiles = zk_tiles(), .parts = flops < ZKParallelFlops ? 1 : threads};
  plan->order = order_of(plan);
  plan->copy = result == ZKConvolutionResultX ? copy_of_y(p) : copy_of_x(p);
  if (plan->order == convolution_by_positions || plan->order == convolution_by_channels)
    if (!(result == ZKConvolutionResultX ? create_x(plan) : create_y(plan))) return false;
  set_sizes(plan);
  return true;
}

void zk_convolution_plan_destroy(convolution_plan *plan) {
  free(plan->products);
  free(plan->positions);
}

size_t zk_convolution_plan_scratch(const convolution_plan *plan) {
  return (size_t)(plan->copy_size + plan->weight_size + plan->parts * zk_convolution_part_size(plan)) * sizeof(float);
}

void zk_convolution_plan_run(const convolution_plan *plan, const convolution_operands *operands) {
  float *copy = operands->scratch, *weights = copy + plan->copy_size, *parts = weights + plan->weight_size;
  const convolution_run run = {plan, operands, copy, weights, parts};
  if (plan->copy_size > 0)
    zk_copy_images(&plan->copy, plan->result == ZKConvolutionResultX ? operands->y : operands->x, copy);
  switch (plan->order) {
  case convolution_by_positions: zk_convolution_run_positions(&run); break;
  case convolution_by_channels: zk_convolution_run_channels(&run); break;
  case convolution_by_scattering: zk_convolution_run_scattering(&run); break;
  case convolution_depthwise: zk_convolution_run_depthwise(&run); break;
  case convolution_of_weights: zk_convolution_run_weights(&run); break;
  }
}
