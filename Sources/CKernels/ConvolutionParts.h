// A convolution in parts that run in parallel: each is a primitive of one thread for some images of the batch.
#pragma once
#include "ConvolutionPrimitive.h"

typedef struct {
  ZKConvolutionResult result;
  ZKConvolution problem;
  int count;
  /// In the order of the batch.
  convolution_primitive *parts;
  /// The tensors of a run, and the parts' sums over their images where W is computed.
  void *tensors[3];
  float *sums;
  /// The bytes of W.
  size_t sum_bytes;
  size_t workspace_size;
} convolution_parts;

/// Creates the primitives for a number of threads. False where oneDNN has none.
bool zk_convolution_parts_create(convolution_parts *c, int threads);

/// Creates the tensors. Those that are not given are plain and are reordered in each run.
bool zk_convolution_parts_set_given(convolution_parts *c, const bool is_given[3]);

/// Sets the tensors of a run, in the order of ``ZKConvolutionOperand``, and its workspace.
bool zk_convolution_parts_place(convolution_parts *c, void *const tensors[3], const float *bias, char *workspace);

bool zk_convolution_parts_execute(const convolution_parts *c);

void zk_convolution_parts_destroy(convolution_parts *c);
