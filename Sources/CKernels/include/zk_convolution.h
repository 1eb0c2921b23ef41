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

ZK_ENUM(ZKConvolutionOperand){ZKConvolutionOperandX, ZKConvolutionOperandW, ZKConvolutionOperandY};

/// Computes one of X, W and Y from the other two: `first` is X, or Y where X is computed; `second` is W, or Y where W
/// is computed. Floats use oneDNN's convolutions where they exist, all other cases matrix products (im2col).
///
/// `bias` is read only if `has_bias`, which does not apply to W. False when there is no kernel for the type.
bool zk_convolution(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    const void *bias, void *out);

enum { ZKMaxBlockedAxes = 16 };

/// A dense tensor whose elements do not lie in the order of its axes. The axes are cut into blocks.
/// The entries, outermost first, are the axis of the tensor, its extent here, and the distance between two positions
/// here in positions of the tensor's axis. Axes of extent 1 are omitted.
typedef struct ZKBlockedLayout {
  int32_t count;
  int32_t axis[ZKMaxBlockedAxes];
  ptrdiff_t extent[ZKMaxBlockedAxes], step[ZKMaxBlockedAxes];
} ZKBlockedLayout;

/// A float convolution with its operands, prepared once. Its runs take no lock and allocate nothing outside of oneDNN.
typedef struct ZKBoundConvolution ZKBoundConvolution;

/// Prepares a convolution for a number of threads. No tensor is empty, and X has no bias. Null if oneDNN lacks it.
ZKBoundConvolution *zk_convolution_bind(ZKConvolutionResult result, const ZKConvolution *problem, int threads);

/// The layout of an operand of the convolution. False where it contains padding: the operand then has to be plain.
bool zk_convolution_layout(
    const ZKBoundConvolution *bound, ZKConvolutionOperand operand, ZKBlockedLayout *layout);

/// Sets the tensors, in the order of ``ZKConvolutionOperand``. One that `is_given` has the convolution's layout. Others
/// are plain, and each run reorders them. False where oneDNN refuses.
bool zk_convolution_set(
    ZKBoundConvolution *bound, const bool is_given[3], void *const tensors[3], const float *bias);

/// The bytes of scratch space of a run, after the tensors are set. Convolutions that run in sequence may share it.
size_t zk_convolution_scratch_size(const ZKBoundConvolution *bound);

/// Sets the scratch space, aligned to 64 bytes, before the first run.
void zk_convolution_set_scratch(ZKBoundConvolution *bound, void *scratch);

/// Runs a ``ZKBoundConvolution``.
bool zk_convolution_run(void *bound);

/// Frees the result of ``zk_convolution_bind``.
void zk_convolution_release(ZKBoundConvolution *bound);
