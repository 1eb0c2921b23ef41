#pragma once
#include "zk_window.h"

/// The shapes of a convolution: X [batch, groups · channels, input…], W [groups · rows, channels, kernel…] and
/// Y [batch, groups · rows, output…], with Y[o] = Σ X[o · stride + k · dilation - before] · W[k].
typedef struct ZKConvolution {
  ptrdiff_t batch, groups;
  /// The channels of X and of Y in one group.
  ptrdiff_t channels, rows;
  ZKWindow window;
  /// Whether a number for each channel is added to the result. Every field has one size, so that problems can be compared
  /// as bytes.
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
