#include "ConvolutionImages.h"

#include "Window.h"

ptrdiff_t zk_image_copy_size(const image_copy *c) { return c->channels * zk_volume(c->extent) + slack; }

// The inputs that the copy has: at least one along each axis, unless there is only padding.
static ptrdiff_t count_of(const image_copy *c, int axis) {
  return zk_max(0, zk_min(c->input[axis], c->extent[axis] - c->before[axis]));
}

static void copy_channel(const image_copy *c, const float *image, float *to) {
  const ptrdiff_t *extent = c->extent, *before = c->before;
  memset(to, 0, (size_t)zk_volume(extent) * sizeof *to);
  const size_t bytes = (size_t)count_of(c, 2) * sizeof *to;
  for (ptrdiff_t i = 0; i < count_of(c, 0); i++)
    for (ptrdiff_t j = 0; j < count_of(c, 1); j++)
      memcpy(
          to + ((before[0] + i) * extent[1] + before[1] + j) * extent[2] + before[2],
          image + (i * c->input[1] + j) * c->input[2], bytes);
}

typedef struct {
  const image_copy *copy;
  const float *images;
  float *to;
} call;

static void copy_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  for (ptrdiff_t channel = begin; channel < end; channel++)
    copy_channel(
        c->copy, c->images + channel * zk_volume(c->copy->input), c->to + channel * zk_volume(c->copy->extent));
}

void zk_copy_channels(const image_copy *c, const float *images, ptrdiff_t begin, ptrdiff_t end, float *to) {
  copy_range(&(call){c, images, to - begin * zk_volume(c->extent)}, begin, end);
}

void zk_copy_images(const image_copy *c, const float *images, float *to) {
  memset(to + c->channels * zk_volume(c->extent), 0, slack * sizeof *to);
  zk_parallel(c->channels, 1, zk_volume(c->extent), copy_range, &(call){c, images, to});
}
