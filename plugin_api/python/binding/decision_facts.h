// The facts of a decision as Python's objects, made when they are asked for.
#pragma once

#include "plugin_api/python/binding/python_ref.h"

#include <memory>
#include <string>

#include "keyrule/keyrule.h"

namespace keyrule::python {

struct DecisionFacts {
  keyrule_decision_info info = KEYRULE_DECISION_INFO_INIT;
  Ref tags;                           // a dict; null: not asked for yet
  std::unique_ptr<std::string> kept;  // the texts of `info`, once the decision is released

  // Makes them independent of the decision, which is about to be released. False with an exception.
  bool Keep(const keyrule_api& api, const keyrule_decision* decision);
};

// name=value, as a fresh dict. A new reference; null with an exception.
PyObject* TagsOf(const keyrule_api& api, const keyrule_decision* decision);

}  // namespace keyrule::python
