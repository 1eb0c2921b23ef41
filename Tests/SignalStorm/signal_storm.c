#define _GNU_SOURCE
#include "include/signal_storm.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile bool is_computing;
static storm_counts counts;
static pthread_t target, sender;
static volatile bool is_over;
static timer_t profiling, alarm_clock;

// The bytes that a handler writes to its stack.
static void scribble(void) {
  volatile char bytes[4096];
  for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)0xA5;
}

static void profile(int number) {
  (void)number;
  scribble();
  __atomic_fetch_add(&counts.profiled, 1, __ATOMIC_RELAXED);
  if (is_computing) __atomic_fetch_add(&counts.profiled_computing, 1, __ATOMIC_RELAXED);
}

static void answer(int number) {
  scribble();
  __atomic_fetch_add(number == SIGUSR1 ? &counts.used : &counts.alarmed, 1, __ATOMIC_RELAXED);
}

static void *send(void *nothing) {
  while (!is_over) {
    kill(getpid(), SIGUSR1);
    pthread_kill(target, SIGUSR1);
    usleep(50);
  }
  return nothing;
}

static bool start(timer_t *timer, int number) {
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = number};
  const struct itimerspec interval = {.it_interval.tv_nsec = 100000, .it_value.tv_nsec = 100000};
  return timer_create(CLOCK_MONOTONIC, &event, timer) == 0 && timer_settime(*timer, 0, &interval, NULL) == 0;
}

void storm_set_computing(bool now) { is_computing = now; }

bool storm_begin(void) {
  const struct sigaction on_stack = {.sa_handler = profile, .sa_flags = SA_ONSTACK | SA_RESTART};
  const struct sigaction plain = {.sa_handler = answer, .sa_flags = SA_RESTART};
  memset(&counts, 0, sizeof counts);
  target = pthread_self();
  is_over = false;
  // The sending thread receives none of them. The calling thread receives all, whatever mask it inherited.
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &mask);
  const int numbers[] = {SIGPROF, SIGUSR1, SIGALRM};
  for (int i = 0; i < 3; i++) sigdelset(&mask, numbers[i]);
  const bool handles = sigaction(SIGPROF, &on_stack, NULL) == 0 && sigaction(SIGUSR1, &plain, NULL) == 0
      && sigaction(SIGALRM, &plain, NULL) == 0;
  const bool sends = handles && pthread_create(&sender, NULL, send, NULL) == 0;
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  return sends && start(&profiling, SIGPROF) && start(&alarm_clock, SIGALRM);
}

storm_counts storm_end(void) {
  is_over = true;
  pthread_join(sender, NULL);
  timer_delete(profiling);
  timer_delete(alarm_clock);
  return counts;
}
