// oneDNN's convolutions, each on one thread.
#pragma once
#include "../COneDNN/shim.h"
#include "include/zk_convolution.h"

/// A primitive with its scratch space, which lies at `offset` in the workspace.
typedef struct {
  dnnl_primitive_t primitive;
  dnnl_memory_t scratchpad;
  size_t offset;
} convolution_step;

/// A tensor in the caller's layout and in the layout of the primitive, which lies at `offset` in the workspace.
/// `working` is `plain` where the layouts are equal. Nothing is reordered then.
typedef struct {
  dnnl_memory_t plain, working;
  size_t offset;
  convolution_step reorder;
} convolution_operand;

/// A convolution, with tensors of its own.
typedef struct {
  ZKConvolutionResult result;
  ZKConvolution problem;
  /// Whether the caller's tensor has the layout of the primitive.
  bool is_given[3];
  dnnl_primitive_desc_t desc;
  dnnl_stream_t stream;
  convolution_step convolution;
  convolution_operand operands[3];
  dnnl_memory_t bias;
  size_t workspace_size;
} convolution_primitive;

/// Creates the primitive of `p->result` and `p->problem`. False where oneDNN has none.
bool zk_convolution_primitive_create(convolution_primitive *p);

/// Creates the tensors, and the reorders of those that are not given. False where oneDNN refuses.
bool zk_convolution_operands_create(convolution_primitive *p);

void zk_convolution_primitive_destroy(convolution_primitive *p);

/// The layout of the primitive.
zk_memory_desc_ref zk_convolution_working(const convolution_primitive *p, ZKConvolutionOperand operand);

/// Sets the tensors of a run, in the order of ``ZKConvolutionOperand``, and its workspace.
bool zk_convolution_place(
    const convolution_primitive *p, void *const tensors[3], const float *bias, char *workspace);

bool zk_convolution_execute(const convolution_primitive *p);
