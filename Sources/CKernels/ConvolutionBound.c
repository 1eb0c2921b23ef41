// Float convolutions with their operands, prepared once.
#include <stdlib.h>

#include "ConvolutionParts.h"
#include "Internal.h"

struct ZKBoundConvolution {
  convolution_parts parts;
  void *tensors[3];
  const float *bias;
};

ZKBoundConvolution *zk_convolution_bind(ZKConvolutionResult result, const ZKConvolution *problem, int threads) {
  ZKBoundConvolution *bound = calloc(1, sizeof *bound);
  if (!bound) return NULL;
  *bound = (ZKBoundConvolution){.parts = {.result = result, .problem = *problem}};
  if (zk_convolution_parts_create(&bound->parts, threads)) return bound;
  zk_convolution_release(bound);
  return NULL;
}

bool zk_convolution_layout(
    const ZKBoundConvolution *bound, ZKConvolutionOperand operand, ZKBlockedLayout *layout) {
  zk_blocking b;
  if (!zk_memory_desc_blocking(zk_convolution_working(bound->parts.parts, operand), &b)) return false;
  if (operand != ZKConvolutionOperandW && b.dims[0] == b.padded[0]) b.dims[0] = b.padded[0] = bound->parts.problem.batch;
  if (b.rank + b.blocks > ZKMaxBlockedAxes) return false;
  dnnl_dims_t block;
  bool is_done[DNNL_MAX_NDIMS] = {0};
  for (int a = 0; a < b.rank; a++) {
    if (b.padded[a] != b.dims[a]) return false;
    block[a] = 1;
  }
  for (int i = 0; i < b.blocks; i++) block[b.block_axes[i]] *= b.block_sizes[i];
  *layout = (ZKBlockedLayout){0};
  for (int i = 0; i < b.rank + b.blocks; i++) {
    int axis = -1;
    ptrdiff_t extent;
    if (i < b.rank) {
      // The axes themselves, by their strides. An axis of extent 1 may have any stride.
      for (int a = 0; a < b.rank; a++)
        if (!is_done[a] && (axis < 0 || b.strides[a] > b.strides[axis])) axis = a;
      is_done[axis] = true;
      extent = b.dims[axis] / block[axis];
    } else {
      axis = (int)b.block_axes[i - b.rank];
      extent = b.block_sizes[i - b.rank];
      block[axis] /= extent;
    }
    if (extent == 1) continue;
    layout->axis[layout->count] = axis;
    layout->extent[layout->count] = extent;
    layout->step[layout->count++] = block[axis];
  }
  return true;
}

bool zk_convolution_set(
    ZKBoundConvolution *bound, const bool is_given[3], void *const tensors[3], const float *bias) {
  memcpy(bound->tensors, tensors, sizeof bound->tensors);
  bound->bias = bias;
  return zk_convolution_parts_set_given(&bound->parts, is_given);
}

size_t zk_convolution_scratch_size(const ZKBoundConvolution *bound) { return bound->parts.workspace_size; }

void zk_convolution_set_scratch(ZKBoundConvolution *bound, void *scratch) {
  zk_convolution_parts_place(&bound->parts, bound->tensors, bound->bias, scratch);
}

bool zk_convolution_run(void *context) {
  const ZKBoundConvolution *bound = context;
  return zk_convolution_parts_execute(&bound->parts);
}

void zk_convolution_release(ZKBoundConvolution *bound) {
  zk_convolution_parts_destroy(&bound->parts);
  free(bound);
}
