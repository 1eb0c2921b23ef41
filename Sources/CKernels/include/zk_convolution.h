#pragma once
#include "zk_types.h"

enum { ZKMaxSpatial = 3 };

/// The shapes of a convolution: X [batch, groups · channels, input…], W [groups · rows, channels, kernel…] and
/// Y [batch, groups · rows, output…], with Y[o] = Σ X[o · stride + k · dilation - before] · W[k].
///
/// There are always three spatial axes; those that a tensor lacks come first, with extents, strides and dilations of 1
/// and no padding. Every field has one size, so that problems can be compared as bytes.
typedef struct ZKConvolution {
  /// How many of the axes the tensors have, 1 to 3.
  ptrdiff_t rank;
  ptrdiff_t batch, groups;
  /// The channels of X and of Y in one group.
  ptrdiff_t channels, rows;
  ptrdiff_t input[ZKMaxSpatial], output[ZKMaxSpatial], kernel[ZKMaxSpatial];
  ptrdiff_t stride[ZKMaxSpatial], dilation[ZKMaxSpatial], before[ZKMaxSpatial], after[ZKMaxSpatial];
  /// Whether a number for each channel is added to the result.
  ptrdiff_t has_bias;
} ZKConvolution;

/// Which of the three is computed from the other two: Y from X and W, X from Y and W (the transpose), or W from X and Y
/// (the gradient of the weights).
ZK_ENUM(ZKConvolutionResult){ZKConvolutionResultY, ZKConvolutionResultX, ZKConvolutionResultW};

/// Computes one of X, W and Y from the other two: `first` is X, or Y where X is computed; `second` is W, or Y where W is
/// computed. Floats go through
/// oneDNN's convolutions where it has one, anything else as products of matrices (im2col).
///
/// `bias` is read only if `has_bias`, which W has not. False when there is no kernel for the type.
bool zk_convolution(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    const void *bias, void *out);
