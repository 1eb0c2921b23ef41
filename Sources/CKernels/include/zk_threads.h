#pragma once

/// Sets the number of threads, at least 1, of kernels called by the calling thread.
///
/// The setting belongs to the calling thread, as in OpenMP. Kernels called from several threads do not disturb each
/// other. The default is OpenMP's: `OMP_NUM_THREADS`, else one for each core.
void zk_set_threads(int threads);

/// The number of threads of kernels called by the calling thread.
int zk_threads(void);
