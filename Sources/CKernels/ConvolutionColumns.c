// Convolutions as products of matrices: an image's columns are [channels · kernel, output], with a row for each position
// of the window and zeros where it lies over the padding.
#include <stdlib.h>

#include "Convolution.h"
#include "Internal.h"
#include "include/zk_matmul.h"

typedef struct {
  const ZKConvolution *problem;
  ptrdiff_t input, output, positions;
  void *image, *columns;
} call;

// The outputs first..<end of an axis for which position k lies over the input.
static void reach(const ZKConvolution *p, int axis, ptrdiff_t k, ptrdiff_t *first, ptrdiff_t *end) {
  const ptrdiff_t stride = p->stride[axis], start = k * p->dilation[axis] - p->before[axis];
  const ptrdiff_t last = p->input[axis] - 1 - start;
  *first = start < 0 ? (-start + stride - 1) / stride : 0;
  *end = last < 0 ? 0 : zk_min(last / stride + 1, p->output[axis]);
  if (*end < *first) *first = *end = 0;
}

// `gather` copies elements of images begin..<end (one channel each) to their rows; `scatter` adds the rows back up.
#define KERNELS(T)                                                                                             \
  ZK_CLONES static void walk_##T(const call *c, ptrdiff_t channel, bool gathers) {                             \
    const ZKConvolution *p = c->problem;                                                                       \
    const ptrdiff_t width = p->output[2], stride = p->stride[2];                                               \
    T *image = (T *)c->image + channel * c->input;                                                             \
    T *row = (T *)c->columns + channel * c->positions * c->output;                                             \
    for (ptrdiff_t k = 0; k < c->positions; k++, row += c->output) {                                           \
      const ptrdiff_t at[] = {k / (p->kernel[1] * p->kernel[2]), k / p->kernel[2] % p->kernel[1],              \
                              k % p->kernel[2]};                                                               \
      ptrdiff_t first[3], end[3];                                                                              \
      for (int a = 0; a < 3; a++) reach(p, a, at[a], &first[a], &end[a]);                                      \
      if (gathers) memset(row, 0, (size_t)c->output * sizeof(T));                                              \
      for (ptrdiff_t i = first[0]; i < end[0]; i++) {                                                          \
        const ptrdiff_t plane = i * p->stride[0] + at[0] * p->dilation[0] - p->before[0];                      \
        for (ptrdiff_t j = first[1]; j < end[1]; j++) {                                                        \
          const ptrdiff_t line = j * p->stride[1] + at[1] * p->dilation[1] - p->before[1];                     \
          T *from = image + (plane * p->input[1] + line) * p->input[2] + at[2] * p->dilation[2] - p->before[2]; \
          T *to = row + (i * p->output[1] + j) * width;                                                        \
          if (gathers) {                                                                                       \
            ZK_VECTORIZE                                                                                       \
            for (ptrdiff_t l = first[2]; l < end[2]; l++) to[l] = from[l * stride];                            \
          } else {                                                                                             \
            ZK_VECTORIZE                                                                                       \
            for (ptrdiff_t l = first[2]; l < end[2]; l++) from[l * stride] += to[l];                           \
          }                                                                                                    \
        }                                                                                                      \
      }                                                                                                        \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  static void gather_##T(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                \
    for (ptrdiff_t channel = begin; channel < end; channel++) walk_##T(context, channel, true);                \
  }                                                                                                            \
                                                                                                               \
  static void scatter_##T(const void *context, ptrdiff_t begin, ptrdiff_t end) {                               \
    const call *c = context;                                                                                   \
    memset((T *)c->image + begin * c->input, 0, (size_t)((end - begin) * c->input) * sizeof(T));               \
    for (ptrdiff_t channel = begin; channel < end; channel++) walk_##T(c, channel, false);                     \
  }

KERNELS(float)
KERNELS(double)

bool zk_convolution_columns(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    void *out) {
  const ZKConvolution *p = problem;
  const ptrdiff_t size = zk_type_size[type];
  call c = {.problem = p, .input = p->input[0] * p->input[1] * p->input[2],
            .output = p->output[0] * p->output[1] * p->output[2],
            .positions = p->kernel[0] * p->kernel[1] * p->kernel[2]};
  const ptrdiff_t patch = p->channels * c.positions, cost = c.positions * c.output;
  const bool is_float = type == ZKTypeFloat;
  if (!(c.columns = malloc((size_t)(patch * c.output * size)))) abort();
  bool ok = true;
  for (ptrdiff_t unit = 0; unit < p->batch * p->groups && ok; unit++) {
    const ptrdiff_t n = unit / p->groups, g = unit % p->groups;
    // Of X, W and Y one is computed; the other two come in this order.
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
