#include "plugin_api/python/binding/decision_facts.h"

#include <array>
#include <new>

#include "plugin_api/python/binding/errors.h"

namespace keyrule::python {

namespace {

void AddTag(void* dict, keyrule_str name, keyrule_str value) {
  if (PyErr_Occurred() != nullptr) return;
  const Ref key(TextFrom(name));
  const Ref text(key ? TextFrom(value) : nullptr);
  if (text) PyDict_SetItem(static_cast<PyObject*>(dict), key.get(), text.get());
}

}  // namespace

PyObject* TagsOf(const keyrule_api& api, const keyrule_decision* decision) {
  Ref dict(PyDict_New());
  if (!dict) return nullptr;
  api.decision_tags(decision, dict.get(), AddTag);
  return PyErr_Occurred() != nullptr ? nullptr : dict.release();
}

bool DecisionFacts::Keep(const keyrule_api& api, const keyrule_decision* decision) try {
  if (!tags) tags = Ref(TagsOf(api, decision));
  if (!tags) return false;
  const std::array texts{&info.credential_id, &info.credential_name, &info.rule,   &info.pool,
                         &info.strategy,      &info.reason,          &info.message};
  size_t size = 0;
  for (const keyrule_str* text : texts) size += text->len;
  kept = std::make_unique<std::string>();
  kept->reserve(size);
  for (keyrule_str* text : texts) {
    const char* const at = kept->data() + kept->size();
    if (text->len != 0) kept->append(text->ptr, text->len);
    text->ptr = at;
  }
  return true;
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
  return false;
}

}  // namespace keyrule::python
