#include "MatmulPack.h"

typedef float eight __attribute__((vector_size(32), aligned(4)));

#define PAIRS(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

// Transposes 8 × 8 elements: halves of pairs of rows are interleaved three times.
ZK_INLINE void transpose_block(const float *from, ptrdiff_t from_row, float *to, ptrdiff_t to_row) {
  eight a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = *(const eight *)(from + i * from_row);
  for (int i = 0; i < 4; i++) {
    b[2 * i] = PAIRS(a[2 * i], a[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    b[2 * i + 1] = PAIRS(a[2 * i], a[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 2; i++)
    for (int j = 0; j < 2; j++) {
      a[4 * i + 2 * j] = PAIRS(b[4 * i + j], b[4 * i + j + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      a[4 * i + 2 * j + 1] = PAIRS(b[4 * i + j], b[4 * i + j + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    *(eight *)(to + i * to_row) = PAIRS(a[i], a[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(eight *)(to + (i + 4) * to_row) = PAIRS(a[i], a[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// Transposes columns: `from` has rows of contiguous elements of what become the columns of `to`.
ZK_CLONES static void transpose(
    const float *from, ptrdiff_t from_row, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width) {
  for (ptrdiff_t j = 0; j < columns; j += 8) {
    const float *column = from + j * from_row;
    ptrdiff_t i = 0;
    if (columns - j >= 8)
      for (; i + 8 <= rows; i += 8) transpose_block(column + i, from_row, to + i * width + j, width);
    const ptrdiff_t count = zk_min(8, columns - j);
    for (; i < rows; i++)
      for (ptrdiff_t c = 0; c < count; c++) to[i * width + j + c] = column[c * from_row + i];
  }
}

// The floats of a cache line, and the rows that are read before they are copied: short rows that lie far from each
// other are not expected by the processor.
enum { line = 16, rows_ahead = 16 };

ZK_CLONES static void copy(
    const float *from, ptrdiff_t from_row, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width) {
  for (ptrdiff_t i = 0; i < rows; i++, from += from_row, to += width) {
    for (ptrdiff_t j = 0; j < columns; j += line) __builtin_prefetch(from + rows_ahead * from_row + j, 0, 2);
    for (ptrdiff_t j = 0; j < columns; j++) to[j] = from[j];
  }
}

void zk_copy_matrix(matrix_view from, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width) {
  if (from.column == 1)
    copy(from.elements, from.row, rows, columns, to, width);
  else
    transpose(from.elements, from.column, rows, columns, to, width);
}

void zk_pack(matrix_view from, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width) {
  zk_copy_matrix(from, rows, columns, to, width);
  for (ptrdiff_t i = 0; i < rows && columns < width; i++)
    memset(to + i * width + columns, 0, (size_t)(width - columns) * sizeof *to);
}
