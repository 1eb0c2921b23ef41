// oneDNN's convolutions, as ConvolutionFloat.c and ConvolutionBound.c use them.
#pragma once
#include "../COneDNN/shim.h"
#include "include/zk_convolution.h"

/// A primitive with its scratch space, which lies at `offset` in the workspace.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_t scratchpad;
  size_t offset;
} convolution_step;

/// A tensor in the caller's layout and in the one that the primitive works in, which lies at `offset` in the workspace;
/// `working` is `plain` where the layouts are one, and there is nothing to reorder then.
typedef struct {
  dnnl_memory_t plain, working;
  size_t offset;
  convolution_step reorder;
} convolution_operand;

/// A convolution, with tensors of its own.
typedef struct {
  ZKConvolutionResult result;
  ZKConvolution problem;
  /// Whether the caller has a tensor as the primitive works with it.
  bool is_given[3];
  dnnl_primitive_desc_t desc;
  dnnl_stream_t stream;
  convolution_step convolution;
  convolution_operand operands[3];
  dnnl_memory_t bias;
  size_t workspace_size;
} convolution_primitive;

/// Makes the primitive of `p->result` and `p->problem`, for as many threads as are set now. False where oneDNN has none.
bool zk_convolution_primitive_create(convolution_primitive *p);

/// Makes the tensors, and what reorders those that are not given. False where oneDNN refuses.
bool zk_convolution_operands_create(convolution_primitive *p);

void zk_convolution_primitive_destroy(convolution_primitive *p);

/// The layout that the primitive works with.
zk_memory_desc_ref zk_convolution_working(const convolution_primitive *p, ZKConvolutionOperand operand);

/// Sets the tensors of a run, in the order of ``ZKConvolutionOperand``, and its workspace.
bool zk_convolution_place(
    const convolution_primitive *p, void *const tensors[3], const float *bias, char *workspace);

bool zk_convolution_execute(const convolution_primitive *p);
