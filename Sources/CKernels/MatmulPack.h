// Copies of matrices in the order in which tiles of a product read or compute them.
#pragma once
#include "Internal.h"

/// A matrix whose element (i, j) lies at `elements[i · row + j · column]`. One of the two distances is 1.
typedef struct {
  const float *elements;
  ptrdiff_t row, column;
} matrix_view;

/// Copies `rows` × `columns` elements to rows that are `width` floats apart.
void zk_copy_matrix(matrix_view from, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width);

/// Copies `rows` × `columns` elements to rows of `width` floats. Fills the rest of each row with zeros.
void zk_pack(matrix_view from, ptrdiff_t rows, ptrdiff_t columns, float *to, ptrdiff_t width);
