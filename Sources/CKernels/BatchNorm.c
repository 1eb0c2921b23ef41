#include "include/zk_batch_norm.h"

#include "Internal.h"

// Neighbouring channels that are processed together, and those whose sums are in registers (spatial = 1).
enum { group = 64, lanes = 16 };

typedef struct {
  ZKBatchNormShape shape;
  double epsilon, momentum;
  const void *x, *scale, *bias, *running_mean, *running_variance;
  void *y, *new_mean, *new_variance;
} call;

// For a range of channels: statistics in double from float data (two passes, since E[x²] - E[x]² cancels), then
// y = (x - mean) · factor + bias with factor = scale / sqrt(variance + epsilon).
#define KERNELS(T)                                                                                             \
  ZK_INLINE void JOIN(column_sums, T)(                                                                         \
      ptrdiff_t n, ptrdiff_t channels, const T *x, ptrdiff_t width, const double *centre, bool squares,        \
      double *result) {                                                                                        \
    double sum[lanes] = {0};                                                                                   \
    for (ptrdiff_t i = 0; i < n; i++)                                                                          \
      for (ptrdiff_t j = 0; j < width; j++) {                                                                  \
        const double value = x[i * channels + j] - centre[j];                                                  \
        sum[j] += squares ? value * value : value;                                                             \
      }                                                                                                        \
    for (ptrdiff_t j = 0; j < width; j++) result[j] = sum[j] / (double)n;                                      \
  }                                                                                                            \
                                                                                                               \
  ZK_CLONES static void JOIN(moments_of_lanes, T)(                                                             \
      ptrdiff_t n, ptrdiff_t channels, const T *x, ptrdiff_t width, double *mean, double *variance) {          \
    static const double zero[lanes];                                                                           \
    if (width == lanes) {                                                                                      \
      JOIN(column_sums, T)(n, channels, x, lanes, zero, false, mean);                                          \
      JOIN(column_sums, T)(n, channels, x, lanes, mean, true, variance);                                       \
    } else {                                                                                                   \
      JOIN(column_sums, T)(n, channels, x, width, zero, false, mean);                                          \
      JOIN(column_sums, T)(n, channels, x, width, mean, true, variance);                                       \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  ZK_CLONES static void JOIN(moments, T)(                                                                      \
      const call *c, ptrdiff_t first, ptrdiff_t width, double *mean, double *variance) {                       \
    const ptrdiff_t n = c->shape.samples, channels = c->shape.channels, spatial = c->shape.spatial;            \
    const double count = (double)(n * spatial);                                                                \
    for (ptrdiff_t j = 0; j < width; j++) mean[j] = variance[j] = 0;                                           \
    if (spatial == 1) {                                                                                        \
      for (ptrdiff_t j = 0; j < width; j += lanes)                                                             \
        JOIN(moments_of_lanes, T)(                                                                             \
            n, channels, (const T *)c->x + first + j, zk_min(lanes, width - j), mean + j, variance + j);       \
      return;                                                                                                  \
    }                                                                                                          \
    for (ptrdiff_t j = 0; j < width; j++) {                                                                    \
      for (int pass = 0; pass < 2; pass++) {                                                                   \
        double lane[8] = {0};                                                                                  \
        const double centre = pass ? mean[j] : 0;                                                              \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                    \
          const T *x = (const T *)c->x + (i * channels + first + j) * spatial;                                 \
          ptrdiff_t k = 0;                                                                                     \
          for (; k + 8 <= spatial; k += 8)                                                                     \
            for (int l = 0; l < 8; l++) lane[l] += pass ? (x[k + l] - centre) * (x[k + l] - centre) : x[k + l]; \
          for (int l = 0; k + l < spatial; l++)                                                                \
            lane[l] += pass ? (x[k + l] - centre) * (x[k + l] - centre) : x[k + l];                            \
        }                                                                                                      \
        for (int w = 4; w > 0; w /= 2)                                                                         \
          for (int l = 0; l < w; l++) lane[l] += lane[l + w];                                                  \
        (pass ? variance : mean)[j] = lane[0] / count;                                                         \
      }                                                                                                        \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  ZK_CLONES static void JOIN(normalize, T)(                                                                    \
      const call *c, ptrdiff_t first, ptrdiff_t width, const double *mean, const double *variance) {           \
    const ptrdiff_t n = c->shape.samples, channels = c->shape.channels, spatial = c->shape.spatial;            \
    const T *bias = (const T *)c->bias + first;                                                                \
    T centre[group], factor[group];                                                                            \
    for (ptrdiff_t j = 0; j < width; j++) {                                                                    \
      centre[j] = (T)mean[j];                                                                                  \
      factor[j] = (T)(((const T *)c->scale)[first + j] / sqrt(variance[j] + c->epsilon));                      \
    }                                                                                                          \
    for (ptrdiff_t i = 0; i < n; i++) {                                                                        \
      const T *x = (const T *)c->x + (i * channels + first) * spatial;                                         \
      T *y = (T *)c->y + (i * channels + first) * spatial;                                                     \
      if (spatial == 1) {                                                                                      \
        ZK_VECTORIZE                                                                                           \
        for (ptrdiff_t j = 0; j < width; j++) y[j] = (x[j] - centre[j]) * factor[j] + bias[j];                 \
      } else {                                                                                                 \
        for (ptrdiff_t j = 0; j < width; j++) {                                                                \
          const T center = centre[j], slope = factor[j], shift = bias[j];                                      \
          ZK_VECTORIZE                                                                                         \
          for (ptrdiff_t k = 0; k < spatial; k++)                                                              \
            y[j * spatial + k] = (x[j * spatial + k] - center) * slope + shift;                                \
        }                                                                                                      \
      }                                                                                                        \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  static void JOIN(training, T)(const void *context, ptrdiff_t begin, ptrdiff_t end) {                         \
    const call *c = context;                                                                                   \
    double mean[group], variance[group];                                                                       \
    for (ptrdiff_t first = begin; first < end; first += group) {                                               \
      const ptrdiff_t width = zk_min(group, end - first);                                                      \
      JOIN(moments, T)(c, first, width, mean, variance);                                                       \
      for (ptrdiff_t j = 0; j < width; j++) {                                                                  \
        const double old_mean = ((const T *)c->running_mean)[first + j];                                       \
        const double old_variance = ((const T *)c->running_variance)[first + j];                               \
        ((T *)c->new_mean)[first + j] = (T)(old_mean * c->momentum + mean[j] * (1 - c->momentum));             \
        ((T *)c->new_variance)[first + j] = (T)(old_variance * c->momentum + variance[j] * (1 - c->momentum)); \
      }                                                                                                        \
      JOIN(normalize, T)(c, first, width, mean, variance);                                                     \
    }                                                                                                          \
  }                                                                                                            \
                                                                                                               \
  static void JOIN(inference, T)(const void *context, ptrdiff_t begin, ptrdiff_t end) {                        \
    const call *c = context;                                                                                   \
    double mean[group], variance[group];                                                                       \
    for (ptrdiff_t first = begin; first < end; first += group) {                                               \
      const ptrdiff_t width = zk_min(group, end - first);                                                      \
      for (ptrdiff_t j = 0; j < width; j++) {                                                                  \
        mean[j] = ((const T *)c->running_mean)[first + j];                                                     \
        variance[j] = ((const T *)c->running_variance)[first + j];                                             \
      }                                                                                                        \
      JOIN(normalize, T)(c, first, width, mean, variance);                                                     \
    }                                                                                                          \
  }

#define JOIN(name, T) JOINED(name, T)
#define JOINED(name, T) name##_##T
KERNELS(float)
KERNELS(double)

static bool run(ZKType type, const call *c, zk_range_function in_float, zk_range_function in_double) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const ptrdiff_t cost = c->shape.samples * c->shape.spatial;
  zk_parallel(c->shape.channels, 16, cost, type == ZKTypeFloat ? in_float : in_double, c);
  return true;
}

bool zk_batch_norm_training(
    ZKType type, ZKBatchNormShape shape, double epsilon, double momentum, const void *x, const void *scale,
    const void *bias, const void *running_mean, const void *running_variance, void *y, void *new_mean,
    void *new_variance) {
  const call c = {shape, epsilon, momentum, x, scale, bias, running_mean, running_variance, y, new_mean, new_variance};
  return run(type, &c, training_float, training_double);
}

bool zk_batch_norm_inference(
    ZKType type, ZKBatchNormShape shape, double epsilon, const void *x, const void *scale, const void *bias,
    const void *mean, const void *variance, void *y) {
  const call c = {shape, epsilon, 0, x, scale, bias, mean, variance, y, NULL, NULL};
  return run(type, &c, inference_float, inference_double);
}
