#pragma once

/// Sets how many threads kernels may use, at least 1. The default is OpenMP's (`OMP_NUM_THREADS`, else one per core).
/// Threads belong to the process: the setting holds for every thread that calls kernels from then on.
void zk_set_threads(int threads);

/// How many threads kernels may use.
int zk_threads(void);
