// The time that waiting threads spin.
//
// GCC's OpenMP lets a waiting thread spin for about a millisecond before it sleeps. On a busy machine, other work needs
// that core. GCC's OpenMP reads the limit (GOMP_SPINCOUNT) when the library is loaded, before `main`. Functions in
// `.preinit_array` run earlier. The environment can't grow there. One variable that no library reads therefore lends
// its place to the setting until all libraries have started. The program and its children then find the environment
// that the user set.
#define _GNU_SOURCE
#include <stddef.h>
#include <unistd.h>

// About 0.2 ms where a pause takes 140 cycles, and 0.07 ms where it takes 65. That is longer than the waits between the
// parts of a training step: waking a thread costs more than these waits. Docs/Results.md has the cost of other limits.
static char setting[] = "GOMP_SPINCOUNT=4000";

// Volatile: a compiler may otherwise run `give_back` at compile time, before `limit_spinning` sets this.
static char **volatile place;
static char *lent;

// Sanitizers are among the libraries that have not started.
#define EARLY __attribute__((no_sanitize("address", "undefined")))

EARLY static int has_name(const char *variable, const char *name) {
  while (*name && *variable == *name) variable++, name++;
  return !*name && *variable == '=';
}

EARLY static void limit_spinning(int count, char **arguments, char **environment) {
  static const char *const idle[] = {
      "_", "OLDPWD", "SHLVL", "PWD", "LOGNAME", "USER", "HOSTNAME", "TERM", "HOME", "PATH"};
  (void)count, (void)arguments;
  for (char **variable = environment; *variable; variable++)
    if (has_name(*variable, "GOMP_SPINCOUNT") || has_name(*variable, "OMP_WAIT_POLICY")) return;
  for (size_t i = 0; i < sizeof idle / sizeof *idle && !place; i++)
    for (char **variable = environment; *variable && !place; variable++)
      if (has_name(*variable, idle[i])) place = variable;
  if (!place) return;
  lent = *place;
  *place = setting;
}

__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(int, char **, char **) =
    limit_spinning;

// The program's own constructors run after those of its libraries, which may have copied the list of variables.
__attribute__((constructor)) static void give_back(void) {
  if (!place) return;
  *place = lent;
  for (char **variable = environ; variable && *variable; variable++)
    if (*variable == setting) *variable = lent;
}
