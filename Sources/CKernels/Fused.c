// Elementwise steps and reductions of their results, tile by tile. Intermediate values stay in the first-level cache.
#include "Fused.h"

// A tile of a strided tensor, copied to a contiguous block.
#define COPY(NAME, T)                                                                                         \
  ZK_CLONES static void NAME(zk_tile tile, const void *vx, ptrdiff_t row, ptrdiff_t column, void *vy) {       \
    const T *x = vx;                                                                                          \
    T *y = vy;                                                                                                \
    for (ptrdiff_t r = 0; r < tile.rows; r++, x += row, y += tile.columns) {                                  \
      if (column == 0) {                                                                                      \
        const T value = *x;                                                                                   \
        for (ptrdiff_t j = 0; j < tile.columns; j++) y[j] = value;                                            \
      } else if (column == 1) {                                                                               \
        ZK_VECTORIZE                                                                                          \
        for (ptrdiff_t j = 0; j < tile.columns; j++) y[j] = x[j];                                             \
      } else {                                                                                                \
        for (ptrdiff_t j = 0; j < tile.columns; j++) y[j] = x[j * column];                                    \
      }                                                                                                       \
    }                                                                                                         \
  }

COPY(copy_8, uint8_t)
COPY(copy_32, uint32_t)
COPY(copy_64, uint64_t)

static void copy(const zk_fused_copy *c, zk_tile tile, const void *x, void *y) {
  (c->size == 1 ? copy_8 : c->size == 4 ? copy_32 : copy_64)(tile, x, c->row_stride, c->column_stride, y);
}

static void run_step(const zk_fused_step *s, char *const *slots, ptrdiff_t n) {
  const void *a = slots[s->operands[0]], *b = slots[s->operands[1]], *c = slots[s->operands[2]];
  void *out = slots[s->result];
  switch (s->kind) {
  case ZKFusedKindUnary: s->row.unary(n, s->a, s->b, a, out); break;
  case ZKFusedKindCast: s->row.cast(n, a, out); break;
  case ZKFusedKindBinary:
  case ZKFusedKindCompare: s->row.binary(n, a, s->strides[0], b, s->strides[1], out); break;
  case ZKFusedKindWhere:
    s->row.select(n, a, b, c, out, !s->strides[0] * 4 + !s->strides[1] * 2 + !s->strides[2]);
    break;
  case ZKFusedKindLeakyReluGrad: zk_leaky_relu_grad_row(s->type, n, s->a, a, b, out); break;
  }
}

// The memory of a part: the slots of its tile, and the totals of the reductions.
typedef struct {
  char **slots;
  double *totals[ZKFusedMaxReductions];
} walk;

static double *totals_of(const ZKFused *f, ptrdiff_t part) {
  return (double *)(f->memory + part * f->part_bytes + f->total_offset);
}

// Moves to tile `tile` of run `run`.
static void seek(const ZKFused *f, walk *w, double *totals, ptrdiff_t run, ptrdiff_t tile) {
  for (int t = 0; t < f->tensor_count; t++) w->slots[t] = f->tensors[t].pointer + tile * f->tensors[t].advance;
  for (int r = 0; r < f->reduction_count; r++)
    w->totals[r] = totals + f->reductions[r].first + tile * f->reductions[r].advance;
  for (int d = f->outer_rank - 1; d >= 0 && run > 0; d--) {
    const ptrdiff_t at = run % f->outer[d];
    run /= f->outer[d];
    for (int t = 0; t < f->tensor_count; t++) w->slots[t] += at * f->tensors[t].strides[d];
    for (int r = 0; r < f->reduction_count; r++) w->totals[r] += at * f->reductions[r].strides[d];
  }
}

static void run_tile(const ZKFused *f, const walk *w, const char **copied, zk_tile tile) {
  const ptrdiff_t n = tile.rows * tile.columns;
  for (int i = 0; i < f->copy_count; i++) {
    const zk_fused_copy *c = &f->copies[i];
    const char *x = w->slots[c->tensor];
    if (x == copied[i]) continue;
    copied[i] = x;
    // Copies shared by all tiles have the size of the largest tile.
    copy(c, f->tensors[c->tensor].advance == 0 ? f->tile : tile, x, w->slots[c->slot]);
  }
  for (int s = 0; s < f->step_count; s++) run_step(&f->steps[s], w->slots, n);
  for (int r = 0; r < f->reduction_count; r++) {
    const zk_fused_reduction *reduction = &f->reductions[r];
    reduction->reduce(
        reduction->is_flat ? (zk_tile){1, n} : tile, w->slots[reduction->operand], w->totals[r], reduction->row_stride);
  }
}

static void run_part(const void *context, int part) {
  const ZKFused *f = context;
  walk w;
  w.slots = (char **)(f->memory + part * f->part_bytes);
  double *totals = totals_of(f, part);
  for (int r = 0; r < f->reduction_count; r++) {
    const zk_fused_reduction *reduction = &f->reductions[r];
    const double start = zk_fused_start(reduction->op);
    for (ptrdiff_t i = 0; i < reduction->count; i++) totals[reduction->first + i] = start;
  }
  const char *copied[ZKFusedMaxTensors];
  for (int i = 0; i < f->copy_count; i++) copied[i] = NULL;
  const bool has_rows = f->tile.rows > 1;
  const ptrdiff_t whole = has_rows ? f->tile.rows : f->tile.columns;
  const ptrdiff_t end = f->tiles * (part + 1) / f->parts;
  for (ptrdiff_t i = f->tiles * part / f->parts; i < end;) {
    const ptrdiff_t first = i % f->run, last = zk_min(f->run, first + end - i);
    seek(f, &w, totals, i / f->run, first);
    i += last - first;
    for (ptrdiff_t t = first; t < last; t++) {
      const ptrdiff_t width = zk_min(whole, f->extent - t * whole);
      run_tile(f, &w, copied, has_rows ? (zk_tile){width, f->tile.columns} : (zk_tile){1, width});
      for (int k = 0; k < f->tensor_count; k++) w.slots[k] += f->tensors[k].advance;
      for (int r = 0; r < f->reduction_count; r++) w.totals[r] += f->reductions[r].advance;
    }
  }
}

// Combines the parts' totals in their order and writes the results.
static void finish(const ZKFused *f, const zk_fused_reduction *r) {
  double *total = totals_of(f, 0) + r->first;
  for (ptrdiff_t part = 1; part < f->parts; part++) {
    const double *next = totals_of(f, part) + r->first;
    zk_fused_reduce_of(r->op, ZKTypeDouble, true)((zk_tile){1, r->count}, next, total, 0);
  }
  if (r->op == ZKReduceMean)
    for (ptrdiff_t i = 0; i < r->count; i++) total[i] /= (double)r->reduced;
  if (r->type == ZKTypeFloat)
    for (ptrdiff_t i = 0; i < r->count; i++) ((float *)r->y)[i] = (float)total[i];
  else
    memcpy(r->y, total, (size_t)r->count * sizeof *total);
}

bool zk_fused_run(void *context) {
  const ZKFused *f = context;
  zk_run_parts((int)f->parts, run_part, f);
  for (int r = 0; r < f->reduction_count; r++) finish(f, &f->reductions[r]);
  return true;
}
