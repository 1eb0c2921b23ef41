#pragma once
#include "zk_types.h"

enum { ZKMaxSpatial = 3 };

/// The positions of a window over the spatial axes of a tensor: for output o, position k lies over the input o · stride
/// + k · dilation - before.
///
/// There are always three axes. Missing axes come first, with extents, strides and dilations of 1 and no padding.
typedef struct ZKWindow {
  /// The number of axes of the tensor, 1 to 3.
  ptrdiff_t rank;
  ptrdiff_t input[ZKMaxSpatial], output[ZKMaxSpatial], kernel[ZKMaxSpatial];
  ptrdiff_t stride[ZKMaxSpatial], dilation[ZKMaxSpatial], before[ZKMaxSpatial], after[ZKMaxSpatial];
} ZKWindow;
