#pragma once

/// Sets how many threads, at least 1, the kernels may use that the calling thread calls.
///
/// The setting is the caller's own, as OpenMP has it, so that kernels called from several threads do not disturb each
/// other.
/// The default is OpenMP's: `OMP_NUM_THREADS`, else one for each core.
void zk_set_threads(int threads);

/// How many threads the kernels may use that the calling thread calls.
int zk_threads(void);
