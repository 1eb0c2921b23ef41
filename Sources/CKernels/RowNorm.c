#include "include/zk_row_norm.h"

#include "Internal.h"

// Independent accumulations, combined in a fixed order: a sum's bits depend on its length alone.
enum { lanes = 16 };

typedef struct {
  ZKRowNormShape shape;
  bool is_centred;
  double epsilon;
  const void *x, *scale, *bias;
  void *y;
  float *mean, *inverse_deviation;
} call;

// Statistics in double from float data, in two passes: E[x²] - E[x]² cancels. The difference to the mean is in double
// too: in float, a large mean would lose its digits.
#define KERNELS(T)                                                                                     \
  ZK_CLONES static double JOIN(mean_square, T)(ptrdiff_t n, const T *x, double centre) {               \
    double lane[lanes] = {0};                                                                          \
    ptrdiff_t i = 0;                                                                                   \
    for (; i + lanes <= n; i += lanes)                                                                 \
      for (int l = 0; l < lanes; l++) lane[l] += (x[i + l] - centre) * (x[i + l] - centre);            \
    for (int l = 0; i + l < n; l++) lane[l] += (x[i + l] - centre) * (x[i + l] - centre);              \
    return join(lane) / (double)n;                                                                     \
  }                                                                                                    \
                                                                                                       \
  ZK_CLONES static double JOIN(mean, T)(ptrdiff_t n, const T *x) {                                     \
    double lane[lanes] = {0};                                                                          \
    ptrdiff_t i = 0;                                                                                   \
    for (; i + lanes <= n; i += lanes)                                                                 \
      for (int l = 0; l < lanes; l++) lane[l] += x[i + l];                                             \
    for (int l = 0; i + l < n; l++) lane[l] += x[i + l];                                               \
    return join(lane) / (double)n;                                                                     \
  }                                                                                                    \
                                                                                                       \
  ZK_CLONES static void JOIN(row_per_element, T)(                                                      \
      ptrdiff_t n, const T *x, double centre, double inverse, const T *scale, const T *bias, T *y) {   \
    if (bias) {                                                                                        \
      ZK_VECTORIZE                                                                                     \
      for (ptrdiff_t i = 0; i < n; i++) y[i] = (T)((x[i] - centre) * inverse * scale[i] + bias[i]);    \
    } else {                                                                                           \
      ZK_VECTORIZE                                                                                     \
      for (ptrdiff_t i = 0; i < n; i++) y[i] = (T)((x[i] - centre) * inverse * scale[i]);              \
    }                                                                                                  \
  }                                                                                                    \
                                                                                                       \
  ZK_CLONES static void JOIN(row_per_channel, T)(                                                      \
      ptrdiff_t channels, ptrdiff_t spatial, const T *x, double centre, double inverse, const T *scale, \
      const T *bias, T *y) {                                                                           \
    for (ptrdiff_t c = 0; c < channels; c++) {                                                         \
      const double slope = inverse * scale[c], shift = bias ? bias[c] : 0;                             \
      ZK_VECTORIZE                                                                                     \
      for (ptrdiff_t i = c * spatial; i < (c + 1) * spatial; i++)                                      \
        y[i] = (T)((x[i] - centre) * slope + shift);                                                   \
    }                                                                                                  \
  }                                                                                                    \
                                                                                                       \
  static void JOIN(normalize, T)(const void *context, ptrdiff_t begin, ptrdiff_t end) {                \
    const call *c = context;                                                                           \
    const ptrdiff_t channels = c->shape.channels, spatial = c->shape.spatial, n = channels * spatial;  \
    for (ptrdiff_t row = begin; row < end; row++) {                                                    \
      const ptrdiff_t first = row % c->shape.groups * channels;                                        \
      const T *x = (const T *)c->x + row * n, *scale = (const T *)c->scale + first;                    \
      const T *bias = c->bias ? (const T *)c->bias + first : NULL;                                     \
      T *y = (T *)c->y + row * n;                                                                      \
      const double centre = c->is_centred ? JOIN(mean, T)(n, x) : 0;                                   \
      const double inverse = 1 / sqrt(JOIN(mean_square, T)(n, x, centre) + c->epsilon);                \
      if (spatial == 1) {                                                                              \
        JOIN(row_per_element, T)(n, x, centre, inverse, scale, bias, y);                               \
      } else {                                                                                         \
        JOIN(row_per_channel, T)(channels, spatial, x, centre, inverse, scale, bias, y);               \
      }                                                                                                \
      if (c->mean) c->mean[row] = (float)centre;                                                       \
      if (c->inverse_deviation) c->inverse_deviation[row] = (float)inverse;                            \
    }                                                                                                  \
  }

ZK_INLINE double join(double *lane) {
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int l = 0; l < width; l++) lane[l] += lane[l + width];
  return lane[0];
}

#define JOIN(name, T) JOINED(name, T)
#define JOINED(name, T) name##_##T
KERNELS(float)
KERNELS(double)

bool zk_row_norm(
    ZKType type, ZKRowNormShape shape, bool is_centred, double epsilon, const void *x, const void *scale,
    const void *bias, void *y, float *mean, float *inverse_deviation) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const call c = {shape, is_centred, epsilon, x, scale, bias, y, mean, inverse_deviation};
  const ptrdiff_t cost = shape.channels * shape.spatial;
  zk_parallel(shape.rows, 1, cost, type == ZKTypeFloat ? normalize_float : normalize_double, &c);
  return true;
}
