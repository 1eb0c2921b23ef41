#pragma once
#include <stddef.h>

// Texts for the facts on which the bits of kernels depend. Each writes at most `size` bytes, the final zero
// included.

/// The version of SLEEF, such as `3.5.1`, from the name of its file.
void zk_sleef_version(char *text, size_t size);

/// The version of the C library, whose mathematical functions kernels call.
void zk_libc_version(char *text, size_t size);
