#include "MatmulTile.h"

#include "include/zk_matmul.h"

// The floats of a cache line.
enum { line = 16 };

// Sums in registers: rows × vectors of them, next to a row of the panel and one broadcast element.
#define UNROLL _Pragma("clang loop unroll(full)")
#define TILE(SET, TARGET, LANES, ROWS, VECTORS)                                                               \
  TARGET static void tile_##SET##_##ROWS##_##VECTORS(                                                         \
      const tile_path *path, const float *const rows[tile_rows], const float *panel, ptrdiff_t width,         \
      float *out, ptrdiff_t stride, bool adds) {                                                              \
    typedef float vector __attribute__((vector_size(4 * LANES), aligned(4)));                                 \
    vector sum[ROWS][VECTORS];                                                                                \
    const float *row[ROWS];                                                                                   \
    ptrdiff_t at = 0;                                                                                         \
    for (int i = 0; i < ROWS; i++) row[i] = rows[i];                                                          \
    UNROLL for (int i = 0; i < ROWS; i++)                                                                     \
      UNROLL for (int j = 0; j < VECTORS; j++) __builtin_prefetch(out + i * stride + j * LANES, 1, 2);        \
    UNROLL for (int i = 0; i < ROWS; i++)                                                                     \
      UNROLL for (int j = 0; j < VECTORS; j++)                                                                \
        sum[i][j] = adds ? *(const vector *)(out + i * stride + j * LANES) : (vector){0};                     \
    for (ptrdiff_t a = 0; a < path->count[0]; a++, at += path->skip[0])                                       \
      for (ptrdiff_t b = 0; b < path->count[1]; b++, at += path->skip[1])                                     \
        for (ptrdiff_t c = 0; c < path->count[2]; c++, at += path->skip[2])                                   \
          for (ptrdiff_t p = 0; p < path->count[3]; p++, panel += width, at += path->step) {                  \
            if (p % line == 0)                                                                                \
              UNROLL for (int i = 0; i < ROWS; i++) __builtin_prefetch(row[i] + at + path->ahead, 0, 2);      \
            vector y[VECTORS];                                                                                \
            UNROLL for (int j = 0; j < VECTORS; j++) y[j] = *(const vector *)(panel + j * LANES);             \
            UNROLL for (int i = 0; i < ROWS; i++) {                                                           \
              const float x = row[i][at];                                                                     \
              UNROLL for (int j = 0; j < VECTORS; j++) sum[i][j] = x * y[j] + sum[i][j];                      \
            }                                                                                                 \
          }                                                                                                   \
    UNROLL for (int i = 0; i < ROWS; i++)                                                                     \
      UNROLL for (int j = 0; j < VECTORS; j++) *(vector *)(out + i * stride + j * LANES) = sum[i][j];         \
  }

#define TILES_2(SET, TARGET, LANES, ROWS) TILE(SET, TARGET, LANES, ROWS, 1) TILE(SET, TARGET, LANES, ROWS, 2)
#define TILES_4(SET, TARGET, LANES, ROWS) \
  TILES_2(SET, TARGET, LANES, ROWS) TILE(SET, TARGET, LANES, ROWS, 3) TILE(SET, TARGET, LANES, ROWS, 4)
#define ROWS_2(SET, ROWS) {tile_##SET##_##ROWS##_1, tile_##SET##_##ROWS##_2}
#define ROWS_4(SET, ROWS) \
  {tile_##SET##_##ROWS##_1, tile_##SET##_##ROWS##_2, tile_##SET##_##ROWS##_3, tile_##SET##_##ROWS##_4}

// Sixteen registers of four floats, of which 12 hold sums.
TILES_2(any, , 4, 2)
TILES_2(any, , 4, 4)
TILES_2(any, , 4, 6)
static const tile_set any = {4, 2, {ROWS_2(any, 2), ROWS_2(any, 4), ROWS_2(any, 6)}};

#if defined(__x86_64__)
// Sixteen registers of eight floats.
TILES_2(v3, ZK_V3, 8, 2)
TILES_2(v3, ZK_V3, 8, 4)
TILES_2(v3, ZK_V3, 8, 6)
static const tile_set v3 = {8, 2, {ROWS_2(v3, 2), ROWS_2(v3, 4), ROWS_2(v3, 6)}};

// Thirty-two registers of sixteen floats, of which 24 hold sums.
TILES_4(v4, ZK_V4, 16, 2)
TILES_4(v4, ZK_V4, 16, 4)
TILES_4(v4, ZK_V4, 16, 6)
static const tile_set v4 = {16, 4, {ROWS_4(v4, 2), ROWS_4(v4, 4), ROWS_4(v4, 6)}};
#endif

static _Thread_local int most_level = 4;

tile_path zk_tile_path(const ptrdiff_t counts[path_levels], const ptrdiff_t distances[path_levels]) {
  tile_path path = {{1, 1, 1, 1}, {0}, 1, 0};
  ptrdiff_t distance[path_levels] = {0};
  int level = path_levels;
  for (int i = path_levels - 1; i >= 0; i--) {
    if (counts[i] == 1) continue;
    if (level < path_levels && distances[i] == path.count[level] * distance[level]) {
      path.count[level] *= counts[i];
    } else {
      level--;
      path.count[level] = counts[i];
      distance[level] = distances[i];
    }
  }
  if (level < path_levels) path.step = distance[path_levels - 1];
  // After its last pass, a loop has moved by its whole extent.
  for (int i = path_levels - 2; i >= level; i--)
    path.skip[i] = distance[i] - path.count[i + 1] * distance[i + 1];
  return path;
}

int zk_matmul_limit_level(int level) {
  most_level = level;
  return (int)zk_min(level, zk_processor_level());
}

const tile_set *zk_tiles(void) {
#if defined(__x86_64__)
  const int level = (int)zk_min(most_level, zk_processor_level());
  if (level >= 3) return level >= 4 ? &v4 : &v3;
#endif
  return &any;
}
