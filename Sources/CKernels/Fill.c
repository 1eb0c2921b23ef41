#include "Internal.h"
#include "include/zk_copy.h"

typedef struct {
  ptrdiff_t size;
  const void *value;
  char *destination;
} call;

#define ROW(NAME, T)                                             \
  ZK_CLONES static void NAME(ptrdiff_t n, T value, T *out) {     \
    for (ptrdiff_t i = 0; i < n; i++) out[i] = value;            \
  }

ROW(fill_32, uint32_t)
ROW(fill_64, uint64_t)

static void run_range(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  char *out = c->destination + begin * c->size;
  switch (c->size) {
  case 1: memset(out, *(const uint8_t *)c->value, (size_t)(end - begin)); break;
  case 4: fill_32(end - begin, *(const uint32_t *)c->value, (uint32_t *)out); break;
  default: fill_64(end - begin, *(const uint64_t *)c->value, (uint64_t *)out); break;
  }
}

bool zk_fill(ptrdiff_t element_size, ptrdiff_t count, const void *value, void *destination) {
  if (element_size != 1 && element_size != 4 && element_size != 8) return false;
  const call c = {element_size, value, destination};
  zk_parallel(count, 64, 1, run_range, &c);
  return true;
}
