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

ZK_ENUM(ZKConvolutionOperand){ZKConvolutionOperandX, ZKConvolutionOperandW, ZKConvolutionOperandY};

/// Computes one of X, W and Y from the other two: `first` is X, or Y where X is computed; `second` is W, or Y where W is
/// computed. Floats go through
/// oneDNN's convolutions where it has one, anything else as products of matrices (im2col).
///
/// `bias` is read only if `has_bias`, which W has not. False when there is no kernel for the type.
bool zk_convolution(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    const void *bias, void *out);

enum { ZKMaxBlockedAxes = 16 };

/// A dense tensor whose elements do not lie in the order of its axes, which are cut into blocks instead.
///
/// From the outermost to the innermost: the axis of the tensor, how many positions it has here, and how many positions
/// of the tensor's axis are from one of them to the next. Axes of one position are left out.
typedef struct ZKBlockedLayout {
  int32_t count;
  int32_t axis[ZKMaxBlockedAxes];
  ptrdiff_t extent[ZKMaxBlockedAxes], step[ZKMaxBlockedAxes];
} ZKBlockedLayout;

/// A convolution in float with its operands, prepared once to be run many times without locking, nor allocating outside of
/// oneDNN.
typedef struct ZKBoundConvolution ZKBoundConvolution;

/// Prepares a convolution for a number of threads; no tensor is empty, and X gets no bias. Null where oneDNN has none.
ZKBoundConvolution *zk_convolution_bind(ZKConvolutionResult result, const ZKConvolution *problem, int threads);

/// The layout in which the convolution works with an operand. False where there is padding in it, so that the operand has
/// to be plain.
bool zk_convolution_layout(
    const ZKBoundConvolution *bound, ZKConvolutionOperand operand, ZKBlockedLayout *layout);

/// Sets the tensors, in the order of ``ZKConvolutionOperand``. One that `is_given` lies as the convolution works with it;
/// others are plain, and moved to that layout or from there in each run. False where oneDNN refuses.
bool zk_convolution_set(
    ZKBoundConvolution *bound, const bool is_given[3], void *const tensors[3], const float *bias);

/// The bytes of scratch space that a run needs, once the tensors are set. Convolutions that run one after the other may share
/// it.
size_t zk_convolution_scratch_size(const ZKBoundConvolution *bound);

/// Sets the scratch space, aligned to 64 bytes, before the first run.
void zk_convolution_set_scratch(ZKBoundConvolution *bound, void *scratch);

/// Runs a ``ZKBoundConvolution``.
bool zk_convolution_run(void *bound);

/// Gives back what ``zk_convolution_bind`` made.
void zk_convolution_release(ZKBoundConvolution *bound);
