// A request of the host as the evaluator wants it: by slot, checked, borrowed.
#pragma once

#include <cstddef>
#include <string>

#include "evaluator/request.h"
#include "keyrule/keyrule.h"
#include "plugin_api/handles.h"
#include "plugin_api/slot_table.h"

namespace keyrule::plugin_api {

// Borrows from `request` and `scratch`. The first `done` attributes have been read already (simple_request.h). False and one
// line in *error if it cannot be understood; then *out is a request that every snapshot refuses. Allocates only while `scratch`
// is new. Throws std::bad_alloc.
bool ReadClosely(const keyrule_request& request, const SlotTable& slots, size_t done, RequestScratch* scratch,
                 evaluator::Request* out, std::string* error);
// The same from the first attribute on.
inline bool ReadRequest(const keyrule_request& request, const SlotTable& slots, RequestScratch* scratch,
                        evaluator::Request* out, std::string* error) {
  return ReadClosely(request, slots, 0, scratch, out, error);
}

}  // namespace keyrule::plugin_api
