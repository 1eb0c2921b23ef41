#pragma once
#include "zk_window.h"

/// The shapes of a convolution: X [batch, groups · channels, input…], W [groups · rows, channels, kernel…] and
/// Y [batch, groups · rows, output…], with Y[o] = Σ X[o · stride + k · dilation - before] · W[k].
typedef struct ZKConvolution {
  ptrdiff_t batch, groups;
  /// The channels of X and of Y in one group.
  ptrdiff_t channels, rows;
  ZKWindow window;
  /// Whether a bias for each channel is added to the result. All fields have one size, so that problems can be compared
  /// as bytes.
  ptrdiff_t has_bias;
} ZKConvolution;

/// The tensor that is computed from the other two: Y from X and W, X from Y and W (the transpose), or W from X and Y
/// (the gradient of the weights).
ZK_ENUM(ZKConvolutionResult){ZKConvolutionResultY, ZKConvolutionResultX, ZKConvolutionResultW};

/// Computes one of X, W and Y from the other two: `first` is X, or Y where X is computed; `second` is W, or Y where W
/// is computed.
///
/// `bias` is read only if `has_bias`, which does not apply to W. False when there is no kernel for the type.
bool zk_convolution(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    const void *bias, void *out);

/// A float convolution with its operands, prepared once. Its runs take no lock and allocate nothing.
typedef struct ZKBoundConvolution ZKBoundConvolution;

/// Prepares a convolution for a number of threads. The operands are those of ``zk_convolution``; no tensor is empty.
/// Null if there is no memory, or for a negative padding.
ZKBoundConvolution *zk_convolution_bind(
    ZKConvolutionResult result, const ZKConvolution *problem, int threads, const float *first, const float *second,
    const float *bias, float *out);

/// The bytes of scratch space of a run. Convolutions that run in sequence may share it.
size_t zk_convolution_scratch_size(const ZKBoundConvolution *bound);

/// Sets the scratch space, aligned to 64 bytes, before the first run.
void zk_convolution_set_scratch(ZKBoundConvolution *bound, void *scratch);

/// Runs a ``ZKBoundConvolution``.
bool zk_convolution_run(void *bound);

/// Frees the result of ``zk_convolution_bind``.
void zk_convolution_release(ZKBoundConvolution *bound);
