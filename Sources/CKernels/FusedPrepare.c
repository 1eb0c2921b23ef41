// Prepares a loop for execution: kernels, tiles, and the position of all memory.
#include <stdlib.h>

#include "Fused.h"

// The size that fits into a first-level cache with room for other data; the fewest and the most bytes of a block, which
// holds a tile of the widest type; and the alignment of blocks.
enum { cache_bytes = 32768, least_block = 4096, most_block = 16384, alignment = 64 };

static ptrdiff_t *strides_of(ZKFusedLoop *loop, int which) {
  return which < loop->tensor_count ? loop->tensors[which].strides
                                    : loop->reductions[which - loop->tensor_count].strides;
}

// Drops dimensions of size 1 and merges neighbouring dimensions where all tensors allow it.
static void merge_dimensions(ZKFusedLoop *loop) {
  const int all = loop->tensor_count + loop->reduction_count;
  int last = -1;
  for (int d = 0; d < loop->rank; d++) {
    if (loop->dims[d] == 1) continue;
    bool merges = last >= 0;
    for (int i = 0; i < all && merges; i++)
      merges = strides_of(loop, i)[last] == strides_of(loop, i)[d] * loop->dims[d];
    if (merges)
      loop->dims[last] *= loop->dims[d];
    else
      loop->dims[++last] = loop->dims[d];
    for (int i = 0; i < all; i++) strides_of(loop, i)[last] = strides_of(loop, i)[d];
  }
  if (last < 0) {  // a single element
    loop->dims[0] = 1;
    for (int i = 0; i < all; i++) strides_of(loop, i)[0] = 1;
    last = 0;
  }
  loop->rank = last + 1;
}

static int arity(ZKFusedKind kind) {
  return kind == ZKFusedKindUnary || kind == ZKFusedKindCast ? 1 : kind == ZKFusedKindWhere ? 3 : 2;
}

static bool is_pow(const ZKFusedStep *step) {
  return step->kind == ZKFusedKindBinary && step->function == ZKBinaryPow;
}

static bool find_kernel(zk_fused_step *s, const ZKFusedStep *step) {
  switch (step->kind) {
  case ZKFusedKindUnary: return (s->row.unary = zk_unary_row_of((ZKUnary)step->function, step->type));
  case ZKFusedKindBinary: return (s->row.binary = zk_binary_row_of((ZKBinary)step->function, step->type));
  case ZKFusedKindCompare: return (s->row.binary = zk_compare_row_of((ZKCompare)step->function, step->type));
  case ZKFusedKindCast: return (s->row.cast = zk_cast_row_of(step->type, step->result));
  case ZKFusedKindWhere: return (s->row.select = zk_where_row_of(zk_type_size[step->type]));
  case ZKFusedKindLeakyReluGrad: return step->type == ZKTypeFloat || step->type == ZKTypeDouble;
  }
  return false;
}

// The approximate cost of a step in additions.
static ptrdiff_t cost_of(const ZKFusedStep *step) {
  if (step->kind == ZKFusedKindUnary && zk_transcendental_row((ZKUnary)step->function, step->type)) return 2;
  if (step->kind != ZKFusedKindBinary) return 1;
  return is_pow(step) || zk_remainder_row((ZKBinary)step->function, step->type) ? 4 : 1;
}

// A tensor's strides in a tile, in elements.
typedef struct {
  ptrdiff_t row, column;
} tile_strides;

static tile_strides strides_in(const ZKFusedLoop *loop, const ptrdiff_t *strides) {
  return (tile_strides){loop->rank > 1 ? strides[loop->rank - 2] : 0, strides[loop->rank - 1]};
}

// Whether tiles may have several rows. Outputs have to be contiguous in them. A power's exponent has to repeat as it
// does for the kernel alone, which checks that.
static bool takes_rows(const ZKFusedLoop *loop) {
  if (loop->rank < 2) return false;
  const ptrdiff_t columns = loop->dims[loop->rank - 1];
  for (int s = 0; s < loop->step_count; s++) {
    const ZKFusedStep *step = &loop->steps[s];
    if (step->output >= 0 && strides_in(loop, loop->tensors[step->output].strides).row != columns) return false;
    if (!is_pow(step) || step->operands[1] >= 0) continue;
    const tile_strides exponent = strides_in(loop, loop->tensors[~step->operands[1]].strides);
    if (exponent.column == 0 && exponent.row != 0) return false;
  }
  for (int r = 0; r < loop->reduction_count; r++) {
    const tile_strides total = strides_in(loop, loop->reductions[r].strides);
    if (total.column != 0 && total.row != 0 && total.row != columns) return false;
  }
  return true;
}

// Divides the space into tiles of at most `block` elements.
static void make_tiles(ZKFused *f, const ZKFusedLoop *loop, ptrdiff_t block) {
  const int last = loop->rank - 1;
  const ptrdiff_t columns = loop->dims[last];
  ptrdiff_t count = 1;
  for (int d = 0; d <= last; d++) count *= loop->dims[d];
  if (count == 0) return;
  if (columns <= block / 2 && takes_rows(loop)) {
    f->outer_rank = last - 1;
    f->extent = loop->dims[last - 1];
    f->tile = (zk_tile){zk_min(block / columns, f->extent), columns};
    f->run = (f->extent + f->tile.rows - 1) / f->tile.rows;
  } else {
    f->outer_rank = last;
    f->extent = columns;
    // Pieces of about the same size, of whole vectors.
    const ptrdiff_t pieces = (columns + block - 1) / block;
    f->tile = (zk_tile){1, ((columns + pieces - 1) / pieces + alignment - 1) / alignment * alignment};
    f->run = (columns + f->tile.columns - 1) / f->tile.columns;
  }
  f->tiles = f->run;
  for (int d = 0; d < f->outer_rank; d++) {
    f->outer[d] = loop->dims[d];
    f->tiles *= loop->dims[d];
  }
}

static ptrdiff_t advance_of(const ZKFused *f, const ZKFusedLoop *loop, const ptrdiff_t *strides) {
  const tile_strides s = strides_in(loop, strides);
  return f->tile.rows > 1 ? f->tile.rows * s.row : f->tile.columns * s.column;
}

static void place_tensors(ZKFused *f, const ZKFusedLoop *loop) {
  f->tensor_count = loop->tensor_count;
  for (int t = 0; t < loop->tensor_count; t++) {
    const ptrdiff_t size = zk_type_size[loop->tensors[t].type];
    f->tensors[t].pointer = loop->tensors[t].pointer;
    f->tensors[t].advance = advance_of(f, loop, loop->tensors[t].strides) * size;
    for (int d = 0; d < f->outer_rank; d++) f->tensors[t].strides[d] = loop->tensors[t].strides[d] * size;
  }
}

// Whether a tensor's elements in a tile are contiguous, or one repeated element.
static bool is_contiguous(const ZKFused *f, const ZKFusedLoop *loop, int tensor) {
  const tile_strides s = strides_in(loop, loop->tensors[tensor].strides);
  return s.column == 1 && (f->tile.rows <= 1 || s.row == f->tile.columns);
}

static bool is_scalar(const ZKFused *f, const ZKFusedLoop *loop, int operand) {
  if (operand >= 0) return false;
  const tile_strides s = strides_in(loop, loop->tensors[~operand].strides);
  return s.column == 0 && (f->tile.rows <= 1 || s.row == 0);
}

// Slots: the tensors, an equal number for copies of them, then the results' blocks.
static int copy_of(ZKFused *f, const ZKFusedLoop *loop, int tensor) {
  int c = 0;
  while (c < f->copy_count && f->copies[c].tensor != tensor) c++;
  if (c == f->copy_count) {
    const tile_strides s = strides_in(loop, loop->tensors[tensor].strides);
    f->copies[f->copy_count++] = (zk_fused_copy){
        tensor, loop->tensor_count + c, zk_type_size[loop->tensors[tensor].type], s.row, s.column};
  }
  return loop->tensor_count + c;
}

static int slot_of(ZKFused *f, const ZKFusedLoop *loop, int operand) {
  if (operand >= 0) return f->steps[operand].result;
  return is_contiguous(f, loop, ~operand) ? ~operand : copy_of(f, loop, ~operand);
}

// Kernels of one operand, and the derivative of LeakyReLU, do not take one element for a whole tile. The others do, but
// not for all of their operands.
static void place_operands(ZKFused *f, const ZKFusedLoop *loop, int index) {
  const ZKFusedStep *step = &loop->steps[index];
  const int count = arity(step->kind);
  const bool takes_scalars = count > 1 && step->kind != ZKFusedKindLeakyReluGrad;
  bool any_varies = false;
  for (int o = 0; o < count; o++) any_varies |= !is_scalar(f, loop, step->operands[o]);
  for (int o = 0; o < count; o++) {
    // An exponent keeps its stride, and a condition can be one element. The base, or the selected operand, is therefore
    // not one element.
    const bool has_to_vary = !any_varies && o == (count == 3 ? 2 : 0);
    const bool scalar = takes_scalars && !has_to_vary && is_scalar(f, loop, step->operands[o]);
    f->steps[index].operands[o] = scalar ? ~step->operands[o] : slot_of(f, loop, step->operands[o]);
    f->steps[index].strides[o] = !scalar;
  }
}

// Gives a block to every result that is not written directly to memory. A new result reuses a block after its last
// read. Returns the number of blocks.
static int place_results(ZKFused *f, const ZKFusedLoop *loop) {
  int last_use[ZKFusedMaxSteps], owner[ZKFusedMaxSteps], places = 0;
  for (int s = 0; s < loop->step_count; s++) {
    last_use[s] = s;
    for (int o = 0; o < arity(loop->steps[s].kind); o++)
      if (loop->steps[s].operands[o] >= 0) last_use[loop->steps[s].operands[o]] = s;
  }
  for (int r = 0; r < loop->reduction_count; r++)
    if (loop->reductions[r].operand >= 0) last_use[loop->reductions[r].operand] = loop->step_count;
  for (int s = 0; s < loop->step_count; s++) {
    f->steps[s].result = loop->steps[s].output;
    if (loop->steps[s].output >= 0) continue;
    int place = 0;
    while (place < places && last_use[owner[place]] >= s) place++;
    if (place == places) places++;
    owner[place] = s;
    f->steps[s].result = 2 * loop->tensor_count + place;
  }
  return places;
}

static bool place_steps(ZKFused *f, const ZKFusedLoop *loop) {
  f->step_count = loop->step_count;
  for (int s = 0; s < loop->step_count; s++) {
    const ZKFusedStep *step = &loop->steps[s];
    f->steps[s].kind = step->kind;
    f->steps[s].type = step->type;
    f->steps[s].a = step->a;
    f->steps[s].b = step->b;
    if (!find_kernel(&f->steps[s], step)) return false;
    if (step->output >= 0 && f->tiles > 0 && !is_contiguous(f, loop, step->output)) return false;
    place_operands(f, loop, s);
  }
  return true;
}

static bool place_reductions(ZKFused *f, const ZKFusedLoop *loop) {
  f->reduction_count = loop->reduction_count;
  for (int i = 0; i < loop->reduction_count; i++) {
    const ZKFusedReduction *reduction = &loop->reductions[i];
    const tile_strides s = strides_in(loop, reduction->strides);
    zk_fused_reduction *r = &f->reductions[i];
    *r = (zk_fused_reduction){
        .reduce = zk_fused_reduce_of(reduction->op, reduction->type, s.column != 0),
        .op = reduction->op,
        .type = reduction->type,
        .operand = slot_of(f, loop, reduction->operand),
        // Each row of a tile is reduced to the same total, or each element to its own.
        .is_flat = f->tile.rows > 1 && (s.column != 0) == (s.row != 0),
        .row_stride = s.row,
        .advance = advance_of(f, loop, reduction->strides),
        .first = f->total_count,
        .count = reduction->count,
        .reduced = reduction->reduced,
        .y = reduction->y,
    };
    memcpy(r->strides, reduction->strides, sizeof r->strides);
    f->total_count += reduction->count;
    if (!r->reduce || s.column >> 1 != 0) return false;
  }
  return true;
}

// The parts' memory, with the slots of blocks in place.
static bool allocate(ZKFused *f, int places, ptrdiff_t block) {
  const int tensors = f->tensor_count, slots = 2 * tensors + places;
  const ptrdiff_t slot_bytes = (slots * (ptrdiff_t)sizeof(char *) + alignment - 1) / alignment * alignment;
  f->total_offset = slot_bytes + (f->copy_count + places) * block;
  f->part_bytes =
      f->total_offset + (f->total_count * (ptrdiff_t)sizeof(double) + alignment - 1) / alignment * alignment;
  f->memory = aligned_alloc(alignment, (size_t)(f->parts * f->part_bytes));
  for (ptrdiff_t part = 0; part < f->parts && f->memory; part++) {
    char **slot = (char **)(f->memory + part * f->part_bytes), *next = (char *)slot + slot_bytes;
    for (int c = 0; c < f->copy_count; c++, next += block) slot[tensors + c] = next;
    for (int p = 0; p < places; p++, next += block) slot[2 * tensors + p] = next;
  }
  return f->memory;
}

ZKFused *zk_fused_prepare(const ZKFusedLoop *original, int threads) {
  ZKFused *f = calloc(1, sizeof *f);
  ZKFusedLoop *loop = malloc(sizeof *loop);
  bool works = f && loop;
  if (works) {
    *loop = *original;
    merge_dimensions(loop);
    ptrdiff_t cost = loop->reduction_count, size = sizeof(float), count = 1;
    for (int d = 0; d < loop->rank; d++) count *= loop->dims[d];
    for (int s = 0; s < loop->step_count; s++) cost += cost_of(&loop->steps[s]);
    for (int t = 0; t < loop->tensor_count; t++) size = zk_max(size, zk_type_size[loop->tensors[t].type]);
    for (int s = 0; s < loop->step_count; s++) size = zk_max(size, zk_type_size[loop->steps[s].result]);
    const int places = place_results(f, loop);
    ptrdiff_t block = most_block;
    while (block > least_block && block * (loop->tensor_count + places) > cache_bytes) block /= 2;
    make_tiles(f, loop, block / size);
    f->parts = count * cost < zk_parallel_cost ? 1 : zk_min(threads, f->tiles);
    place_tensors(f, loop);
    works = place_steps(f, loop) && place_reductions(f, loop) && allocate(f, places, block);
  }
  free(loop);
  if (works) return f;
  free(f);
  return NULL;
}

void zk_fused_release(ZKFused *fused) {
  if (!fused) return;
  free(fused->memory);
  free(fused);
}
