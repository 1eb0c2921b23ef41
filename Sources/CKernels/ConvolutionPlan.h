// Float convolutions as matrix products over copies of their images.
#pragma once
#include "ConvolutionImages.h"
#include "MatmulTile.h"
#include "include/zk_convolution.h"

/// The order of computation.
typedef enum {
  /// Y or X: rows are positions of images, columns are channels of the result. The weights are packed.
  convolution_by_positions,
  /// Y: rows are channels of the result, columns are positions. For few channels or positions.
  convolution_by_channels,
  /// X: rows are positions of Y, columns are channels of X with positions of the kernel. The products are added up in
  /// X. For few channels.
  convolution_by_scattering,
  /// Y or X with one channel of each in a group.
  convolution_depthwise,
  /// W: rows are channels of X with positions of the kernel, columns are channels of Y, and sums pass over the images.
  convolution_of_weights,
} convolution_order;

/// A product of Y, or one for the columns of X that a phase of the stride reaches:
/// out[channel][column] = Σ weights[channel][p] · copy[column + path(p)].
typedef struct {
  ptrdiff_t group, depth;
  /// The place of the packed weights.
  ptrdiff_t weights;
  /// The columns of an image.
  ptrdiff_t grid[ZKMaxSpatial];
  /// Column (0, 0, 0) of the first image in the copy, and the distances of neighbouring columns.
  ptrdiff_t source, source_step[ZKMaxSpatial];
  /// The same in the first channel of the result.
  ptrdiff_t target, target_step[ZKMaxSpatial];
  tile_path path;
  /// For X, the positions of the kernel that the path passes over for each channel.
  const ptrdiff_t *positions;
  ptrdiff_t position_count;
} column_product;

/// A prepared convolution. Several threads may run it.
typedef struct {
  ZKConvolutionResult result;
  ZKConvolution problem;
  convolution_order order;
  const tile_set *tiles;
  int parts;
  image_copy copy;
  ptrdiff_t product_count;
  column_product *products;
  ptrdiff_t *positions;
  /// The images that a part copies at a time, where parts copy them.
  ptrdiff_t chunk;
  /// Floats of scratch space: of the copy, of the packed weights, and of a part (a panel, sums and a chunk of images).
  ptrdiff_t copy_size, weight_size, panel_size, sum_size, chunk_size;
} convolution_plan;

/// Prepares a convolution without empty tensors for a number of threads. False if there is no memory, or for a negative
/// padding.
bool zk_convolution_plan_create(
    convolution_plan *plan, ZKConvolutionResult result, const ZKConvolution *problem, int threads);
void zk_convolution_plan_destroy(convolution_plan *plan);

/// The bytes of scratch space of a run.
size_t zk_convolution_plan_scratch(const convolution_plan *plan);

/// The tensors of a run, and its scratch space, aligned to 64 bytes.
typedef struct {
  const float *x, *w, *y, *bias;
  float *out, *scratch;
} convolution_operands;

/// Operands in the order of ``zk_convolution``.
ZK_INLINE convolution_operands zk_convolution_operands(
    ZKConvolutionResult result, const float *first, const float *second, const float *bias, float *out,
    float *scratch) {
  const bool is_x = result == ZKConvolutionResultX, is_w = result == ZKConvolutionResultW;
  return (convolution_operands){
      .x = is_x ? NULL : first, .w = is_w ? NULL : second, .y = is_x ? first : is_w ? second : NULL, .bias = bias,
      .out = out, .scratch = scratch};
}

/// A run, as the parts see it.
typedef struct {
  const convolution_plan *plan;
  const convolution_operands *operands;
  float *copy, *weights, *parts;
} convolution_run;

void zk_convolution_plan_run(const convolution_plan *plan, const convolution_operands *operands);

/// The parts of a run, by order.
void zk_convolution_run_positions(const convolution_run *run);
void zk_convolution_run_channels(const convolution_run *run);
void zk_convolution_run_scattering(const convolution_run *run);
void zk_convolution_run_depthwise(const convolution_run *run);
void zk_convolution_run_weights(const convolution_run *run);

/// The floats of a part.
ZK_INLINE ptrdiff_t zk_convolution_part_size(const convolution_plan *plan) {
  return plan->panel_size + plan->sum_size + plan->chunk_size;
}

/// The panel of a part. Its sums follow, then its chunk of images.
ZK_INLINE float *zk_convolution_panel(const convolution_run *run, int part) {
  return run->parts + part * zk_convolution_part_size(run->plan);
}

/// The channels of the result in a group.
ZK_INLINE ptrdiff_t zk_convolution_channels(const convolution_plan *plan) {
  return plan->result == ZKConvolutionResultX ? plan->problem.channels : plan->problem.rows;
}

/// The floats of the copy of an image.
ZK_INLINE ptrdiff_t zk_convolution_image_size(const convolution_plan *plan) {
  const ptrdiff_t *extent = plan->copy.extent;
  return plan->copy.channels / plan->problem.batch * extent[0] * extent[1] * extent[2];
}

/// The extents of an image of the result.
ZK_INLINE const ptrdiff_t *zk_convolution_extents(const convolution_plan *plan) {
  return plan->result == ZKConvolutionResultX ? plan->problem.window.input : plan->problem.window.output;
}
