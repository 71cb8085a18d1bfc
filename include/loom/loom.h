#pragma once

// Everything that a user of the C++ library includes.
#include "loom/array/array.h"
#include "loom/array/dlpack.h"
#include "loom/dispatch/memory_plan.h"
#include "loom/dispatch/selection.h"
#include "loom/dispatch/trace.h"
#include "loom/ops/creation.h"
#include "loom/ops/elementwise.h"
#include "loom/ops/fourier.h"
#include "loom/ops/linalg.h"
#include "loom/ops/random.h"
#include "loom/ops/reduction.h"
#include "loom/support/error.h"
#include "loom/support/threads.h"
#include "loom/support/version.h"
