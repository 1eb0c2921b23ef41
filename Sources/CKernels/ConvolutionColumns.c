// Convolutions as matrix products. An image's columns are [channels · kernel, output]: a row for each position of the
// window, with zeros where it lies over the padding.
#include <stdlib.h>

#include "Convolution.h"
#include "Window.h"
#include "include/zk_matmul.h"

typedef struct {
  const ZKWindow *window;
  ptrdiff_t input, output, positions;
  void *image, *columns;
} call;

// `gather` copies elements of images begin..<end (one channel each) to their rows; `scatter` adds the rows back.
#define KERNELS(T)                                                                                              \
  ZK_CLONES static void walk_##T(const call *c, ptrdiff_t channel, bool gathers) {                              \
    const ZKWindow *w = c->window;                                                                              \
    const ptrdiff_t stride = w->stride[2];                                                                      \
    T *image = (T *)c->image + channel * c->input;                                                              \
    T *row = (T *)c->columns + channel * c->positions * c->output;                                              \
    for (ptrdiff_t k = 0; k < c->positions; k++, row += c->output) {                                            \
      const ptrdiff_t at[] = {                                                                                  \
          k / (w->kernel[1] * w->kernel[2]), k / w->kernel[2] % w->kernel[1], k % w->kernel[2]};                \
      ptrdiff_t first[3], end[3], start[3];                                                                     \
      for (int a = 0; a < 3; a++) {                                                                             \
        zk_window_reach(w, a, at[a], &first[a], &end[a]);                                                       \
        start[a] = zk_window_start(w, a, at[a]);                                                                \
      }                                                                                                         \
      if (gathers) memset(row, 0, (size_t)c->output * sizeof(T));                                               \
      for (ptrdiff_t i = first[0]; i < end[0]; i++) {                                                           \
        for (ptrdiff_t j = first[1]; j < end[1]; j++) {                                                         \
          const ptrdiff_t plane = i * w->stride[0] + start[0], line = j * w->stride[1] + start[1];              \
          T *inputs = image + (plane * w->input[1] + line) * w->input[2] + start[2];                            \
          T *outputs = row + (i * w->output[1] + j) * w->output[2];                                             \
          if (gathers) {                                                                                        \
            ZK_VECTORIZE                                                                                        \
            for (ptrdiff_t l = first[2]; l < end[2]; l++) outputs[l] = inputs[l * stride];                      \
          } else {                                                                                              \
            ZK_VECTORIZE                                                                                        \
            for (ptrdiff_t l = first[2]; l < end[2]; l++) inputs[l * stride] += outputs[l];                     \
          }                                                                                                     \
        }                                                                                                       \
      }                                                                                                         \
    }                                                                                                           \
  }                                                                                                             \
                                                                                                                \
  static void gather_##T(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                 \
    for (ptrdiff_t channel = begin; channel < end; channel++) walk_##T(context, channel, true);                 \
  }                                                                                                             \
                                                                                                                \
  static void scatter_##T(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                \
    const call *c = context;                                                                                    \
    memset((T *)c->image + begin * c->input, 0, (size_t)((end - begin) * c->input) * sizeof(T));                \
    for (ptrdiff_t channel = begin; channel < end; channel++) walk_##T(c, channel, false);                      \
  }

KERNELS(float)
KERNELS(double)

bool zk_convolution_columns(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    void *out) {
  const ZKConvolution *p = problem;
  const ptrdiff_t size = zk_type_size[type];
  call c = {.window = &p->window, .input = zk_volume(p->window.input), .output = zk_volume(p->window.output),
            .positions = zk_volume(p->window.kernel)};
  const ptrdiff_t patch = p->channels * c.positions, cost = c.positions * c.output;
  const bool is_float = type == ZKTypeFloat;
  if (!(c.columns = malloc((size_t)(patch * c.output * size)))) abort();
  bool ok = true;
  for (ptrdiff_t unit = 0; unit < p->batch * p->groups && ok; unit++) {
    const ptrdiff_t n = unit / p->groups, g = unit % p->groups;
    // One of X, W and Y is computed; the other two have this order.
    char *const x = (char *)(result == ZKConvolutionResultX ? out : first) + unit * p->channels * c.input * size;
    char *const w = (char *)(result == ZKConvolutionResultW ? out : second) + g * p->rows * patch * size;
    char *const y = (char *)(result == ZKConvolutionResultY ? out : result == ZKConvolutionResultX ? first : second)
        + unit * p->rows * c.output * size;
    c.image = x;
    if (result != ZKConvolutionResultX) zk_parallel(p->channels, 1, cost, is_float ? gather_float : gather_double, &c);
    if (result == ZKConvolutionResultY) {
      const ZKMatmul product = {.m = p->rows, .n = c.output, .k = patch, .batch = 1, .alpha = 1};
      ok = zk_matmul(type, &product, w, c.columns, NULL, y);
    } else if (result == ZKConvolutionResultX) {
      const ZKMatmul product = {
          .m = patch, .n = c.output, .k = p->rows, .batch = 1, .transposed_a = true, .alpha = 1};
      ok = zk_matmul(type, &product, w, y, NULL, c.columns);
      zk_parallel(p->channels, 1, cost, is_float ? scatter_float : scatter_double, &c);
    } else {
      const ZKMatmul product = {.m = p->rows, .n = patch, .k = c.output, .batch = 1, .transposed_b = true,
                                .accumulates = n > 0, .alpha = 1, .beta = 1};
      ok = zk_matmul(type, &product, y, c.columns, NULL, w);
    }
  }
  free(c.columns);
  return ok;
}
