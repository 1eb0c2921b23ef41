// Copies of images with their padding.
#pragma once
#include "Internal.h"
#include "include/zk_window.h"

/// Channels of `extent` positions, with the input from position `before` on and zeros around it.
typedef struct {
  /// The number of channels of all images.
  ptrdiff_t channels;
  ptrdiff_t input[ZKMaxSpatial], before[ZKMaxSpatial], extent[ZKMaxSpatial];
} image_copy;

/// The floats of the copy. Readers may read `slack` floats more than they need.
ptrdiff_t zk_image_copy_size(const image_copy *c);
enum { slack = 16 };

void zk_copy_images(const image_copy *c, const float *images, float *to);

/// Copies the channels begin..<end, on the calling thread.
void zk_copy_channels(const image_copy *c, const float *images, ptrdiff_t begin, ptrdiff_t end, float *to);
