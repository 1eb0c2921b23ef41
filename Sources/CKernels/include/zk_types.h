#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An enumeration that Swift imports as a closed `enum`, without the common prefix of its cases.
#define ZK_ENUM(name) \
  enum __attribute__((enum_extensibility(closed))) name : int32_t; \
  typedef enum name name; \
  enum name : int32_t

/// The element types of kernels. A boolean is one byte, 0 or 1.
ZK_ENUM(ZKType){ZKTypeFloat, ZKTypeDouble, ZKTypeInt64, ZKTypeBool};
