/// Signals as in a program that uses the library: its own handlers, with many calls.
#pragma once
#include <stdbool.h>

/// The result of a storm.
typedef struct {
  /// Calls of the handlers of SIGPROF, SIGUSR1 and SIGALRM.
  long profiled, used, alarmed;
  /// Calls of the handler of SIGPROF while the program computed.
  long profiled_computing;
} storm_counts;

/// Sets whether the program computes now.
void storm_set_computing(bool is_computing);

/// Starts the signals. SIGPROF's handler runs on the alternate stack, as in profilers, the others on the ordinary
/// one. All write some kilobytes to their stack. Timers raise SIGPROF and SIGALRM 10,000 times per second. A thread
/// sends SIGUSR1 to the process and to the calling thread.
bool storm_begin(void);

/// Ends the signals.
storm_counts storm_end(void);
