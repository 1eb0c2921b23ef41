// The first k elements of each line: a heap of the k best so far, the worst of them on top, sorted at the end. Values
// and positions together are totally ordered, so the result does not depend on the algorithm.
#include "include/zk_top_k.h"

#include "Internal.h"

typedef struct {
  ptrdiff_t extent, inner, k;
  const void *x;
  void *values;
  int64_t *indices;
} call;

#define GREATER(a, b) ((a) > (b) || ((a) != (a) && (b) == (b)))
#define SMALLER(a, b) GREATER(b, a)

// The heap is in the line's own indices. Nothing is allocated.
#define TOP_K(NAME, T, BEFORE)                                                                                \
  ZK_INLINE bool NAME##_precedes(const T *x, ptrdiff_t inner, int64_t i, int64_t j) {                         \
    const T a = x[i * inner], b = x[j * inner];                                                               \
    return BEFORE(a, b) || (!BEFORE(b, a) && i < j);                                                          \
  }                                                                                                           \
                                                                                                              \
  /* Puts `index` on top of a heap of `count` elements and lets it sink to its place. */                      \
  static void NAME##_sink(const T *x, ptrdiff_t inner, ptrdiff_t count, int64_t index, int64_t *heap) {       \
    ptrdiff_t hole = 0;                                                                                       \
    for (ptrdiff_t child = 1; child < count; child = 2 * hole + 1) {                                          \
      if (child + 1 < count && NAME##_precedes(x, inner, heap[child * inner], heap[(child + 1) * inner])) child++; \
      if (!NAME##_precedes(x, inner, index, heap[child * inner])) break;                                      \
      heap[hole * inner] = heap[child * inner];                                                               \
      hole = child;                                                                                           \
    }                                                                                                         \
    heap[hole * inner] = index;                                                                               \
  }                                                                                                           \
                                                                                                              \
  static void NAME##_rise(const T *x, ptrdiff_t inner, ptrdiff_t hole, int64_t index, int64_t *heap) {        \
    for (; hole > 0; hole = (hole - 1) / 2) {                                                                 \
      const int64_t parent = heap[(hole - 1) / 2 * inner];                                                    \
      if (NAME##_precedes(x, inner, index, parent)) break;                                                    \
      heap[hole * inner] = parent;                                                                            \
    }                                                                                                         \
    heap[hole * inner] = index;                                                                               \
  }                                                                                                           \
                                                                                                              \
  static void NAME(const void *context, ptrdiff_t begin, ptrdiff_t end) {                                     \
    const call *c = context;                                                                                  \
    const ptrdiff_t inner = c->inner, k = c->k;                                                               \
    for (ptrdiff_t line = begin; line < end; line++) {                                                        \
      const ptrdiff_t target = line / inner * k * inner + line % inner;                                       \
      const T *x = (const T *)c->x + line / inner * c->extent * inner + line % inner;                         \
      T *values = (T *)c->values + target;                                                                    \
      int64_t *heap = c->indices + target;                                                                    \
      for (ptrdiff_t i = 0; i < k; i++) NAME##_rise(x, inner, i, i, heap);                                    \
      for (ptrdiff_t i = k; i < c->extent; i++)                                                               \
        if (NAME##_precedes(x, inner, i, heap[0])) NAME##_sink(x, inner, k, i, heap);                         \
      for (ptrdiff_t last = k - 1; last > 0; last--) {                                                        \
        const int64_t index = heap[last * inner];                                                             \
        heap[last * inner] = heap[0];                                                                         \
        NAME##_sink(x, inner, last, index, heap);                                                             \
      }                                                                                                       \
      for (ptrdiff_t i = 0; i < k; i++) values[i * inner] = x[heap[i * inner] * inner];                       \
    }                                                                                                         \
  }

TOP_K(largest_f32, float, GREATER)
TOP_K(largest_f64, double, GREATER)
TOP_K(largest_i64, int64_t, GREATER)
TOP_K(smallest_f32, float, SMALLER)
TOP_K(smallest_f64, double, SMALLER)
TOP_K(smallest_i64, int64_t, SMALLER)

bool zk_top_k(
    ZKType type, bool largest, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t k, const void *x,
    void *values, int64_t *indices) {
  static const zk_range_function functions[2][3] = {
      {smallest_f32, smallest_f64, smallest_i64}, {largest_f32, largest_f64, largest_i64}};
  if (type == ZKTypeBool) return false;
  const call c = {extent, inner, k, x, values, indices};
  if (k > 0) zk_parallel(outer * inner, 8, extent, functions[largest][type], &c);
  return true;
}
