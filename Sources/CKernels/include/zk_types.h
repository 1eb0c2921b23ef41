#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An enumeration that Swift imports as a closed `enum`, with the common prefix dropped from its cases.
#define ZK_ENUM(name) \
  enum __attribute__((enum_extensibility(closed))) name : int32_t; \
  typedef enum name name; \
  enum name : int32_t

/// The element types that kernels work on. A boolean is one byte, 0 or 1.
ZK_ENUM(ZKType){ZKTypeFloat, ZKTypeDouble, ZKTypeInt64, ZKTypeBool};
