// Softmax, its logarithm, and log Σ eˣ along an axis.
#include "include/zk_softmax.h"

#include "Rows.h"

// Columns that are processed together, and rows whose exponentials are summed before they are added to a total in
// double precision. Both are fixed: a sum's bits depend on its shape alone.
enum { lanes = 64, rows_in_block = 128, block = lanes * rows_in_block };

// Lines shorter than a vector are processed side by side.
enum { shortest = 16 };

typedef struct {
  ZKSoftmax op;
  ptrdiff_t outer, extent, inner;
  zk_unary_row exp, log;
  const void *x;
  void *y;
} call;

#define T float
#define TYPED(base) base##_f32
#include "SoftmaxRows.h"

#define T double
#define TYPED(base) base##_f64
#include "SoftmaxRows.h"

bool zk_softmax(ZKSoftmax op, ZKType type, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, const void *x, void *y) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  const call c = {
      op, outer, extent, inner, zk_transcendental_row(ZKUnaryExp, type),
      zk_transcendental_row(ZKUnaryLog, ZKTypeDouble), x, y};
  if (inner == 1 && extent <= shortest)
    zk_parallel(
        (outer + lanes - 1) / lanes, 1, extent * lanes * 8, type == ZKTypeFloat ? short_lines_f32 : short_lines_f64,
        &c);
  else if (inner == 1)
    zk_parallel(outer, 64 / zk_type_size[type], extent * 8, type == ZKTypeFloat ? lines_f32 : lines_f64, &c);
  else
    zk_parallel(
        outer * ((inner + lanes - 1) / lanes), 1, extent * lanes * 8, type == ZKTypeFloat ? groups_f32 : groups_f64,
        &c);
  return true;
}
