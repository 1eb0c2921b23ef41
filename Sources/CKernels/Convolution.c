#include "Convolution.h"

#include "Window.h"

typedef struct {
  ptrdiff_t channels, size;
  const void *bias;
  void *out;
} bias_call;

// For images begin..<end with one channel each.
#define ADD_BIAS(T)                                                                    \
  ZK_CLONES static void add_##T(const void *context, ptrdiff_t begin, ptrdiff_t end) { \
    const bias_call *c = context;                                                      \
    for (ptrdiff_t image = begin; image < end; image++) {                              \
      const T bias = ((const T *)c->bias)[image % c->channels];                        \
      T *out = (T *)c->out + image * c->size;                                          \
      ZK_VECTORIZE                                                                     \
      for (ptrdiff_t i = 0; i < c->size; i++) out[i] += bias;                          \
    }                                                                                  \
  }

ADD_BIAS(float)
ADD_BIAS(double)

bool zk_convolution(
    ZKConvolutionResult result, ZKType type, const ZKConvolution *problem, const void *first, const void *second,
    const void *bias, void *out) {
  const ZKConvolution *p = problem;
  const ptrdiff_t x = p->batch * p->groups * p->channels * zk_volume(p->window.input);
  const ptrdiff_t w = p->groups * p->rows * p->channels * zk_volume(p->window.kernel);
  const ptrdiff_t y = p->batch * p->groups * p->rows * zk_volume(p->window.output);
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  if (x == 0 || w == 0 || y == 0) {
    const ptrdiff_t count = result == ZKConvolutionResultX ? x : result == ZKConvolutionResultW ? w : y;
    memset(out, 0, (size_t)(count * zk_type_size[type]));
  } else if (type == ZKTypeFloat && zk_convolution_float(result, p, first, second, bias, out)) {
    return true;
  } else if (!zk_convolution_columns(result, type, p, first, second, out)) {
    return false;
  }
  if (!p->has_bias) return true;
  const bool is_x = result == ZKConvolutionResultX;
  const bias_call c = {
      p->groups * (is_x ? p->channels : p->rows), zk_volume(is_x ? p->window.input : p->window.output), bias, out};
  zk_parallel(p->batch * c.channels, 1, c.size, type == ZKTypeFloat ? add_float : add_double, &c);
  return true;
}
