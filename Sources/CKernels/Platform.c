// Facts besides values and shapes that determine the bits of results.
#define _GNU_SOURCE
#include "include/zk_platform.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>

#include "../COneDNN/shim.h"
#include <string.h>

void zk_onednn_version(char *text, size_t size) {
  const dnnl_version_t *v = dnnl_version();
  snprintf(text, size, "%d.%d.%d (%s)", v->major, v->minor, v->patch, v->hash);
}

static const char *name_of(dnnl_cpu_isa_t instructions) {
  switch (instructions) {
  case dnnl_cpu_isa_sse41: return "sse41";
  case dnnl_cpu_isa_avx: return "avx";
  case dnnl_cpu_isa_avx2: return "avx2";
  case dnnl_cpu_isa_avx2_vnni: return "avx2_vnni";
  case dnnl_cpu_isa_avx512_core: return "avx512_core";
  case dnnl_cpu_isa_avx512_core_vnni: return "avx512_core_vnni";
  case dnnl_cpu_isa_avx512_core_bf16: return "avx512_core_bf16";
  case dnnl_cpu_isa_avx512_core_amx: return "avx512_core_amx";
  default: return NULL;
  }
}

void zk_onednn_instructions(char *text, size_t size) {
  const dnnl_cpu_isa_t instructions = dnnl_get_effective_cpu_isa();
  char number[16], precision[32] = "";
  snprintf(number, sizeof number, "%#x", (unsigned)instructions);
  const char *name = name_of(instructions);
  dnnl_fpmath_mode_t mode = dnnl_fpmath_mode_strict;
  dnnl_get_default_fpmath_mode(&mode);
  if (mode != dnnl_fpmath_mode_strict) snprintf(precision, sizeof precision, ", fpmath mode %d", (int)mode);
  snprintf(
      text, size, "%s%s%s", name ? name : number,
      dnnl_get_cpu_isa_hints() == dnnl_cpu_isa_prefer_ymm ? ", prefer_ymm" : "", precision);
}

void zk_sleef_version(char *text, size_t size) {
  Dl_info library;
  void *function = dlsym(RTLD_DEFAULT, "Sleef_exp_u10");
  char *path = function && dladdr(function, &library) ? realpath(library.dli_fname, NULL) : NULL;
  const char *version = path ? strstr(path, ".so.") : NULL;
  snprintf(text, size, "%s", version ? version + strlen(".so.") : "unknown");
  free(path);
}

void zk_libc_version(char *text, size_t size) {
  // Its functions have variants for instruction sets. GLIBC_TUNABLES can disable them.
  const char *tunables = getenv("GLIBC_TUNABLES");
  snprintf(
      text, size, "glibc %s%s%s", gnu_get_libc_version(), tunables ? ", " : "", tunables ? tunables : "");
}
