// The kernels of Softmax.c for one type T. Included for float and double; no include guard.

// The maximum of n values; NaN if one of them is NaN.
ZK_CLONES static T TYPED(greatest)(ptrdiff_t n, const T *x) {
  T lane[lanes];
  for (int j = 0; j < lanes; j++) lane[j] = -INFINITY;
  ptrdiff_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (int j = 0; j < lanes; j++) lane[j] = x[i + j] > lane[j] || x[i + j] != x[i + j] ? x[i + j] : lane[j];
  for (int j = 0; i + j < n; j++) lane[j] = x[i + j] > lane[j] || x[i + j] != x[i + j] ? x[i + j] : lane[j];
  T greatest = lane[0];
  for (int j = 1; j < lanes; j++) greatest = lane[j] > greatest || lane[j] != lane[j] ? lane[j] : greatest;
  return greatest;
}

// The sum of n values in lanes that are combined pairwise.
ZK_CLONES static double TYPED(sum)(ptrdiff_t n, const T *x) {
  T lane[lanes] = {0};
  ptrdiff_t i = 0;
  for (; i + lanes <= n; i += lanes)
    for (int j = 0; j < lanes; j++) lane[j] += x[i + j];
  for (int j = 0; i + j < n; j++) lane[j] += x[i + j];
  for (int width = lanes / 2; width > 0; width /= 2)
    for (int j = 0; j < width; j++) lane[j] += lane[j + width];
  return lane[0];
}

ZK_CLONES static void TYPED(subtract)(ptrdiff_t n, const T *x, T number, T *y) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] = x[i] - number;
}

ZK_CLONES static void TYPED(divide)(ptrdiff_t n, T number, T *y) {
  for (ptrdiff_t i = 0; i < n; i++) y[i] /= number;
}

// An infinite maximum is the result of log Σ eˣ. e^(infinity - infinity) would make it NaN.
ZK_INLINE T TYPED(shift)(ZKSoftmax op, T greatest) {
  return op == ZKSoftmaxLogSumExp && isinf(greatest) ? 0 : greatest;
}

// Contiguous lines begin..<end.
static void TYPED(lines)(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t n = c->extent;
  T buffer[block];
  for (ptrdiff_t o = begin; o < end; o++) {
    const T *x = (const T *)c->x + o * n;
    const T shift = TYPED(shift)(c->op, TYPED(greatest)(n, x));
    double total = 0;
    for (ptrdiff_t i = 0; i < n; i += block) {
      const ptrdiff_t count = zk_min(block, n - i);
      T *powers = c->op == ZKSoftmaxSoftmax ? (T *)c->y + o * n + i : buffer;
      TYPED(subtract)(count, x + i, shift, powers);
      c->exp(count, 0, 0, powers, powers);
      total += TYPED(sum)(count, powers);
    }
    if (c->op == ZKSoftmaxSoftmax)
      TYPED(divide)(n, (T)total, (T *)c->y + o * n);
    else if (c->op == ZKSoftmaxLogSumExp)
      ((T *)c->y)[o] = (T)(shift + log(total));
    else {
      // Two subtractions instead of the sum of both: the difference to the maximum is exact, but the sum is not.
      T *y = (T *)c->y + o * n;
      TYPED(subtract)(n, x, shift, y);
      TYPED(subtract)(n, y, (T)log(total), y);
    }
  }
}

ZK_CLONES static void TYPED(greatest_columns)(
    ptrdiff_t rows, ptrdiff_t width, ptrdiff_t stride, const T *x, T *greatest) {
  for (ptrdiff_t j = 0; j < width; j++) greatest[j] = -INFINITY;
  for (ptrdiff_t r = 0; r < rows; r++)
    for (ptrdiff_t j = 0; j < width; j++) {
      const T number = x[r * stride + j];
      greatest[j] = number > greatest[j] || number != number ? number : greatest[j];
    }
}

// Up to `lanes` neighbouring columns of n rows, `stride` apart.
static void TYPED(columns)(
    const call *c, ptrdiff_t n, ptrdiff_t width, ptrdiff_t stride, const T *x, T *y) {
  T shift[lanes], sum[lanes] = {0}, powers[lanes];
  double total[lanes] = {0};
  TYPED(greatest_columns)(n, width, stride, x, shift);
  for (ptrdiff_t j = 0; j < width; j++) shift[j] = TYPED(shift)(c->op, shift[j]);
  for (ptrdiff_t r = 0; r < n; r++) {
    for (ptrdiff_t j = 0; j < width; j++) powers[j] = x[r * stride + j] - shift[j];
    c->exp(width, 0, 0, powers, powers);
    if (c->op == ZKSoftmaxSoftmax) memcpy(y + r * stride, powers, (size_t)width * sizeof(T));
    for (ptrdiff_t j = 0; j < width; j++) sum[j] += powers[j];
    if ((r + 1) % rows_in_block != 0 && r + 1 < n) continue;
    for (ptrdiff_t j = 0; j < width; j++) {
      total[j] += sum[j];
      sum[j] = 0;
    }
  }
  if (c->op == ZKSoftmaxSoftmax) {
    for (ptrdiff_t j = 0; j < width; j++) sum[j] = (T)total[j];
    for (ptrdiff_t r = 0; r < n; r++)
      for (ptrdiff_t j = 0; j < width; j++) y[r * stride + j] /= sum[j];
    return;
  }
  double logs[lanes];
  c->log(width, 0, 0, total, logs);
  if (c->op == ZKSoftmaxLogSumExp) {
    for (ptrdiff_t j = 0; j < width; j++) y[j] = (T)(shift[j] + logs[j]);
    return;
  }
  for (ptrdiff_t j = 0; j < width; j++) sum[j] = (T)logs[j];
  for (ptrdiff_t r = 0; r < n; r++)
    for (ptrdiff_t j = 0; j < width; j++) y[r * stride + j] = x[r * stride + j] - shift[j] - sum[j];
}

// Groups of neighbouring columns begin..<end.
static void TYPED(groups)(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t n = c->extent, groups = (c->inner + lanes - 1) / lanes;
  for (ptrdiff_t unit = begin; unit < end; unit++) {
    const ptrdiff_t o = unit / groups, column = unit % groups * lanes, width = zk_min(lanes, c->inner - column);
    TYPED(columns)(
        c, n, width, c->inner, (const T *)c->x + o * n * c->inner + column,
        (T *)c->y + o * (c->op == ZKSoftmaxLogSumExp ? 1 : n) * c->inner + column);
  }
}

// Groups of `lanes` contiguous lines begin..<end that are too short to be processed one by one: as columns.
static void TYPED(short_lines)(const void *context, ptrdiff_t begin, ptrdiff_t end) {
  const call *c = context;
  const ptrdiff_t n = c->extent;
  T x[shortest * lanes], y[shortest * lanes];
  for (ptrdiff_t unit = begin; unit < end; unit++) {
    const ptrdiff_t first = unit * lanes, width = zk_min(lanes, c->outer - first);
    const T *from = (const T *)c->x + first * n;
    for (ptrdiff_t j = 0; j < width; j++)
      for (ptrdiff_t r = 0; r < n; r++) x[r * lanes + j] = from[j * n + r];
    TYPED(columns)(c, n, width, lanes, x, y);
    if (c->op == ZKSoftmaxLogSumExp) {
      memcpy((T *)c->y + first, y, (size_t)width * sizeof(T));
      continue;
    }
    T *to = (T *)c->y + first * n;
    for (ptrdiff_t j = 0; j < width; j++)
      for (ptrdiff_t r = 0; r < n; r++) to[j * n + r] = y[r * lanes + j];
  }
}

#undef T
#undef TYPED
