#pragma once
#include <stddef.h>

// Texts for the facts on which the bits of kernels depend. Each writes at most `size` bytes, the final zero
// included.

/// The version of oneDNN, such as `2.6.3 (52b5f107dd9cf10910aaa19cb47f3abf9b349815)`.
void zk_onednn_version(char *text, size_t size);

/// The instruction set that oneDNN uses, such as `avx512_core`, with the other settings of its environment variables.
void zk_onednn_instructions(char *text, size_t size);

/// The version of SLEEF, such as `3.5.1`, from the name of its file.
void zk_sleef_version(char *text, size_t size);

/// The version of the C library, whose mathematical functions kernels call.
void zk_libc_version(char *text, size_t size);
