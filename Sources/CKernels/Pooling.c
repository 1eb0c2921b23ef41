#include "include/zk_pooling.h"

#include "Window.h"

// Outputs of a row that are processed together.
enum { chunk = 256 };

typedef struct {
  const ZKWindow *window;
  bool column_major, includes_padding;
  const void *x;
  void *y;
  int64_t *indices;
} call;

// The column-major index of element i of an image: its axes in order from the first instead of the last.
static ptrdiff_t column_major(const ZKWindow *w, ptrdiff_t i) {
  const ptrdiff_t line = i / w->input[2];
  return line / w->input[1] + w->input[0] * (line % w->input[1] + w->input[1] * (i % w->input[2]));
}

// The number of positions of a window that count: those over the input, or those within the padding, too.
static ptrdiff_t counted(const ZKWindow *w, int axis, ptrdiff_t output, bool includes_padding) {
  const ptrdiff_t start = output * w->stride[axis] - w->before[axis], dilation = w->dilation[axis];
  const ptrdiff_t limit = w->input[axis] + (includes_padding ? w->after[axis] : 0);
  const ptrdiff_t first = start < 0 && !includes_padding ? (-start + dilation - 1) / dilation : 0;
  return zk_min((limit - 1 - start) / dilation + 1, w->kernel[axis]) - first;
}

// Calls BODY for each position over the line of elements `line` (index `base` in its image), whose columns first..<end
// have an element there.
#define FOR_EACH_POSITION(T, BODY)                                                                             \
  for (ptrdiff_t kz = ranges[0][0]; kz < ranges[0][1]; kz++) {                                                 \
    const ptrdiff_t z = zk_window_start(w, 0, kz) + oz * w->stride[0];                                         \
    for (ptrdiff_t ky = ranges[1][0]; ky < ranges[1][1]; ky++) {                                               \
      const ptrdiff_t y = zk_window_start(w, 1, ky) + oy * w->stride[1];                                       \
      for (ptrdiff_t kx = ranges[2][0]; kx < ranges[2][1]; kx++) {                                             \
        ptrdiff_t first, end;                                                                                  \
        zk_window_reach(w, 2, kx, &first, &end);                                                               \
        first = first < from ? from : first, end = zk_min(end, from + width);                                  \
        const ptrdiff_t base = (z * w->input[1] + y) * w->input[2] + zk_window_start(w, 2, kx);                \
        const T *line = image + base;                                                                          \
        ZK_VECTORIZE                                                                                           \
        for (ptrdiff_t l = first; l < end; l++) {                                                              \
          const T value = line[l * stride];                                                                    \
          BODY                                                                                                 \
        }                                                                                                      \
      }                                                                                                        \
    }                                                                                                          \
  }

// The positions of the window that lie over an element for at least one output of a chunk.
typedef ptrdiff_t position_ranges[ZKMaxSpatial][2];

ZK_INLINE void find_positions(
    const ZKWindow *w, ptrdiff_t oz, ptrdiff_t oy, ptrdiff_t from, ptrdiff_t width, position_ranges ranges) {
  const ptrdiff_t begin[] = {oz, oy, from}, end[] = {oz, oy, from + width - 1};
  for (int a = 0; a < ZKMaxSpatial; a++) zk_window_positions(w, a, begin[a], end[a], &ranges[a][0], &ranges[a][1]);
}

// Runs the body, its last argument, for each chunk of the outputs of images begin..<stop. A chunk is `width` outputs of
// a row from `from`, at `place` of the result.
#define FOR_EACH_CHUNK(T, ...)                                                                                 \
  const call *c = context;                                                                                     \
  const ZKWindow *w = c->window;                                                                               \
  const ptrdiff_t input = zk_volume(w->input), output = zk_volume(w->output), stride = w->stride[2];           \
  for (ptrdiff_t n = begin; n < stop; n++) {                                                                   \
    const T *image = (const T *)c->x + n * input;                                                              \
    for (ptrdiff_t oz = 0; oz < w->output[0]; oz++)                                                            \
      for (ptrdiff_t oy = 0; oy < w->output[1]; oy++)                                                          \
        for (ptrdiff_t from = 0, width; width = zk_min(chunk, w->output[2] - from), width > 0; from += width) {\
          const ptrdiff_t place = n * output + (oz * w->output[1] + oy) * w->output[2] + from;                 \
          position_ranges ranges;                                                                              \
          find_positions(w, oz, oy, from, width, ranges);                                                      \
          __VA_ARGS__                                                                                          \
        }                                                                                                      \
  }

#define KERNELS(T, Index)                                                                                      \
  ZK_CLONES static void max_##T(const void *context, ptrdiff_t begin, ptrdiff_t stop) {                        \
    FOR_EACH_CHUNK(T, {                                                                                        \
      T best[chunk];                                                                                           \
      Index at[chunk];                                                                                         \
      for (ptrdiff_t l = 0; l < width; l++) best[l] = -(T)INFINITY, at[l] = -1;                                \
      FOR_EACH_POSITION(T, {                                                                                   \
        const bool is_better = (value > best[l - from]) | (value != value) | (at[l - from] < 0);               \
        best[l - from] = is_better ? value : best[l - from];                                                   \
        at[l - from] = is_better ? (Index)(base + l * stride) : at[l - from];                                  \
      })                                                                                                       \
      memcpy((T *)c->y + place, best, (size_t)width * sizeof(T));                                              \
      if (!c->indices) continue;                                                                               \
      for (ptrdiff_t l = 0; l < width; l++)                                                                    \
        c->indices[place + l] = n * input + (c->column_major ? column_major(w, at[l]) : at[l]);                \
    })                                                                                                         \
  }                                                                                                            \
                                                                                                               \
  ZK_CLONES static void average_##T(const void *context, ptrdiff_t begin, ptrdiff_t stop) {                    \
    FOR_EACH_CHUNK(T, {                                                                                        \
      T sum[chunk] = {0};                                                                                      \
      FOR_EACH_POSITION(T, { sum[l - from] += value; })                                                        \
      T *out = (T *)c->y + place;                                                                              \
      const ptrdiff_t lines = counted(w, 0, oz, c->includes_padding) * counted(w, 1, oy, c->includes_padding); \
      for (ptrdiff_t l = 0; l < width; l++)                                                                    \
        out[l] = sum[l] / (T)(lines * counted(w, 2, from + l, c->includes_padding));                           \
    })                                                                                                         \
  }

// Indices are as wide as the elements, so both have vectors of the same length.
KERNELS(float, int32_t)
KERNELS(double, int64_t)

static bool run(ZKType type, const call *c, ptrdiff_t images, zk_range_function in_float, zk_range_function in_double) {
  if (type != ZKTypeFloat && type != ZKTypeDouble) return false;
  if (zk_volume(c->window->input) > INT32_MAX) return false;
  zk_parallel(images, 1, zk_volume(c->window->input), type == ZKTypeFloat ? in_float : in_double, c);
  return true;
}

bool zk_max_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool column_major, const void *x, void *y,
    int64_t *indices) {
  const call c = {.window = window, .column_major = column_major, .x = x, .y = y, .indices = indices};
  return run(type, &c, images, max_float, max_double);
}

bool zk_average_pool(
    ZKType type, ptrdiff_t images, const ZKWindow *window, bool includes_padding, const void *x, void *y) {
  const call c = {.window = window, .includes_padding = includes_padding, .x = x, .y = y};
  return run(type, &c, images, average_float, average_double);
}
