#pragma once

/// The largest number of threads that kernels use.
enum { ZKMostThreads = 64 };

/// Products and convolutions of fewer operations run on one thread: waiting for others takes longer than they save.
enum { ZKParallelFlops = 1 << 22 };

/// Sets the number of threads, from 1 to ``ZKMostThreads``, of kernels called by the calling thread.
///
/// The setting belongs to the calling thread, and so do the threads: each thread that calls kernels has a team of its
/// own. The default is `OMP_NUM_THREADS`, else one for each processor that the process may use.
void zk_set_threads(int threads);

/// The number of threads of kernels called by the calling thread. Results depend on it, and not on the number of
/// threads that the system provides.
int zk_threads(void);
