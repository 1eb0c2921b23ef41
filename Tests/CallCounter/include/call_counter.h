#pragma once

/// What a thread did while its calls were counted, and what threads did for it in parallel regions.
typedef struct CallCounts {
  /// Allocations, and locks that were asked for (mutexes, read-write locks, condition variables, semaphores), outside of oneDNN.
  long allocations, locks;
  /// Primitives of oneDNN that ran, and the arguments that they were given.
  long executions, arguments;
  /// Allocations and locks while they ran.
  long library_allocations, library_locks;
} CallCounts;

/// Whether calls can be counted here: with glibc, and without a sanitizer, whose allocator must not be replaced.
int call_counter_works(void);

/// How many locks each product of oneDNN's may take, of its own: none where it makes kernels of its own for a shape, which needs AVX-512.
int call_counter_product_locks(void);

/// Begins to count the calls of this thread.
void call_counter_begin(void);

/// Ends counting.
CallCounts call_counter_end(void);

/// Allocates and takes a lock once on each of so many threads, for a test of the counter.
void call_counter_try(int threads);
