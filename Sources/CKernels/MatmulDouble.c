// Double matrix products, for checks: a blocked loop over panels of the right-hand matrix.
#include <stdlib.h>

#include "Internal.h"
#include "Matmul.h"

// A panel is `panel` columns of op(b), packed in the order of reading. `strip` rows of op(a) run over it at a time.
enum { panel = 16, strip = 4 };

typedef struct {
  const ZKMatmul *problem;
  const double *a, *b, *bias;
  double *out;
} call;

// Sums `rows` rows of op(a) times a packed panel. The order of the sum is that of k, whatever the blocking.
ZK_CLONES static void multiply(
    ptrdiff_t k, ptrdiff_t rows, const double *a, ptrdiff_t row_stride, ptrdiff_t k_stride, const double *packed,
    double sum[strip][panel]) {
  double s[strip][panel] = {0};
  if (rows == strip) {
    for (ptrdiff_t l = 0; l < k; l++)
      for (int i = 0; i < strip; i++)
        for (int j = 0; j < panel; j++) s[i][j] += a[i * row_stride + l * k_stride] * packed[l * panel + j];
  } else {
    for (ptrdiff_t i = 0; i < rows; i++)
      for (ptrdiff_t l = 0; l < k; l++)
        for (int j = 0; j < panel; j++) s[i][j] += a[i * row_stride + l * k_stride] * packed[l * panel + j];
  }
  memcpy(sum, s, sizeof s);
}

static void run_panels(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ZKMatmul *p = c->problem;
  const ptrdiff_t panels = (p->n + panel - 1) / panel;
  const ptrdiff_t row_stride = p->transposed_a ? 1 : p->k, k_stride = p->transposed_a ? p->m : 1;
  double *packed = malloc((size_t)(p->k * panel) * sizeof *packed), sum[strip][panel];
  if (!packed) abort();
  for (ptrdiff_t unit = begin; unit < end; unit++) {
    const ptrdiff_t matrix = unit / panels, first = unit % panels * panel, width = zk_min(panel, p->n - first);
    const double *a = c->a + (p->shared_a ? 0 : matrix * p->m * p->k);
    const double *b = c->b + (p->shared_b ? 0 : matrix * p->k * p->n);
    for (ptrdiff_t l = 0; l < p->k; l++)
      for (ptrdiff_t j = 0; j < panel; j++)
        packed[l * panel + j] =
            j < width ? (p->transposed_b ? b[(first + j) * p->k + l] : b[l * p->n + first + j]) : 0;
    for (ptrdiff_t i = 0; i < p->m; i += strip) {
      const ptrdiff_t rows = zk_min(strip, p->m - i);
      multiply(p->k, rows, a + i * row_stride, row_stride, k_stride, packed, sum);
      for (ptrdiff_t r = 0; r < rows; r++) {
        double *out = c->out + (matrix * p->m + i + r) * p->n + first;
        for (ptrdiff_t j = 0; j < width; j++) {
          const double product = p->alpha * (sum[r][j] + (p->has_bias ? c->bias[first + j] : 0));
          const double value = p->accumulates ? product + p->beta * out[j] : product;
          out[j] = p->has_leaky_relu && !(value > 0) ? p->slope * value : value;
        }
      }
    }
  }
  free(packed);
}

bool zk_matmul_double(const ZKMatmul *problem, const double *a, const double *b, const double *bias, double *out) {
  const call c = {problem, a, b, bias, out};
  const ptrdiff_t panels = problem->batch * ((problem->n + panel - 1) / panel);
  zk_parallel(panels, 1, problem->m * problem->k, run_panels, &c);
  return true;
}
