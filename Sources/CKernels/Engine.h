#pragma once
#include "../COneDNN/shim.h"

/// oneDNN's engine, shared by all; null where there is none.
dnnl_engine_t zk_engine(void);
