#pragma once

/// The calls of a thread while it was counted, including those of its team.
typedef struct CallCounts {
  /// Allocations and requested locks (mutexes, read-write locks, condition variables, semaphores).
  long allocations, locks;
} CallCounts;

/// Whether calls can be counted here: with glibc, and without a sanitizer, whose allocator must not be replaced.
int call_counter_works(void);

/// Starts to count the calls of this thread and of its team.
void call_counter_begin(void);

/// Stops counting.
CallCounts call_counter_end(void);

/// Allocates and takes a lock once in each of `threads` parts of some work, for a test of the counter.
void call_counter_try(int threads);
