// _binding.Decision: what keyrule.Decision is made of.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include "keyrule/keyrule.h"
#include "plugin_api/python/binding/engine_handle.h"

namespace keyrule::python {

// A new decision, of the engine's decision_type. Takes over `decision`, which is not null. Null with an exception.
PyObject* NewDecision(EngineHandle& handle, keyrule_decision* decision);

// The type itself. A new reference; null with an exception.
PyObject* MakeDecisionType();

}  // namespace keyrule::python
