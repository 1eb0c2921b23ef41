#include "Rows.h"

#define ROW(NAME, FROM, TO, EXPRESSION)                                 \
  ZK_CLONES static void NAME(ptrdiff_t n, const void *vx, void *vy) {   \
    const FROM *xs = vx;                                                \
    TO *ys = vy;                                                        \
    ZK_VECTORIZE                                                        \
    for (ptrdiff_t i = 0; i < n; i++) {                                 \
      const FROM x = xs[i];                                             \
      ys[i] = (TO)(EXPRESSION);                                         \
    }                                                                   \
  }

// Values outside of int64's range are undefined in C.
#define SATURATED(x) ((x) >= 0x1p63 ? INT64_MAX : (x) >= -0x1p63 ? (int64_t)(x) : (x) != (x) ? 0 : INT64_MIN)

ROW(f32_f64, float, double, x)
ROW(f32_i64, float, int64_t, SATURATED(x))
ROW(f32_bool, float, uint8_t, x != 0)
ROW(f64_f32, double, float, x)
ROW(f64_i64, double, int64_t, SATURATED(x))
ROW(f64_bool, double, uint8_t, x != 0)
ROW(i64_f32, int64_t, float, x)
ROW(i64_f64, int64_t, double, x)
ROW(i64_bool, int64_t, uint8_t, x != 0)
ROW(bool_f32, uint8_t, float, x)
ROW(bool_f64, uint8_t, double, x)
ROW(bool_i64, uint8_t, int64_t, x)
ROW(same_8, uint8_t, uint8_t, x)
ROW(same_32, uint32_t, uint32_t, x)
ROW(same_64, uint64_t, uint64_t, x)

static const zk_cast_row rows[4][4] = {
    [ZKTypeFloat] = {same_32, f32_f64, f32_i64, f32_bool},
    [ZKTypeDouble] = {f64_f32, same_64, f64_i64, f64_bool},
    [ZKTypeInt64] = {i64_f32, i64_f64, same_64, i64_bool},
    [ZKTypeBool] = {bool_f32, bool_f64, bool_i64, same_8},
};

zk_cast_row zk_cast_row_of(ZKType from, ZKType to) { return rows[from][to]; }

typedef struct {
  zk_cast_row row;
  ptrdiff_t from_size, to_size;
  const char *x;
  char *y;
} call;

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  c->row(end - begin, c->x + begin * c->from_size, c->y + begin * c->to_size);
}

bool zk_cast(ZKType from, ZKType to, ptrdiff_t count, const void *x, void *y) {
  const call c = {rows[from][to], zk_type_size[from], zk_type_size[to], x, y};
  zk_parallel(count, 64, 1, run_range, &c);
  return true;
}
