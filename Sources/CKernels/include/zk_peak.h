#pragma once

/// Measures the processor: operations per nanosecond of fused multiplications and additions of floats in registers, on
/// so many threads at once. One measurement takes about a millisecond.
double zk_fma_peak(int threads);
