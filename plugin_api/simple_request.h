// Reading what nearly all requests are: texts that fit. Inline, for every decision comes here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evaluator/request.h"
#include "keyrule/keyrule.h"
#include "plugin_api/abi_text.h"
#include "plugin_api/handles.h"
#include "plugin_api/slot_table.h"

namespace keyrule::plugin_api {

// Nearly all attributes are texts with nothing to say about them, or not read. Gives the first that is neither. `under`: a
// slot that has a value keeps it.
[[gnu::always_inline]] inline size_t AddTexts(const keyrule_attribute* attributes, size_t i, size_t count, bool under,
                                              const SlotTable& slots, evaluator::SlotValues* values) {
  evaluator::SlotValues::Adder adder(values, count - i);
  for (; i < count; ++i) {
    const keyrule_attribute& attribute = attributes[i];
    const uint32_t slot = slots.FindText(attribute);
    if (slot > SlotTable::kUnreadText) {
      if (slot == SlotTable::kNotRead) continue;
      break;
    }
    const keyrule_str text = attribute.value.text;
    if (text.len == 0 || IsBroken(text)) [[unlikely]] break;
    if (slot == SlotTable::kUnreadText) continue;
    if (!adder.Add(slot, View(text)) && !under) [[unlikely]] break;
  }
  return i;
}

// Field by field: a whole one would be made beside it, and copied before its bytes have arrived.
[[gnu::always_inline]] inline void Fill(std::string_view tenant, const keyrule_request& request, const SlotTable& slots,
                                        RequestScratch* scratch, evaluator::Request* out) {
  evaluator::SlotValues& values = scratch->values;
  if (slots.tenant_slot() != SlotTable::kNotRead) values.Set(slots.tenant_slot(), evaluator::Value::Text(tenant));
  out->tenant = tenant;
  out->values = values.values();
  out->given = values.given();
  out->fits = slots.policy();
  out->dry = (request.flags & KEYRULE_DRY) != 0;
}

// Reads a request that has neither a base nor anything to complain of, but for what ReadClosely knows about; borrows from it and
// from `scratch`. False: *done attributes were read, and ReadClosely reads the others.
[[gnu::always_inline]] inline bool ReadSimple(const keyrule_request& request, const SlotTable& slots, RequestScratch* scratch,
                                              evaluator::Request* out, size_t* done) {
  const bool is_simple = !IsBroken(request.tenant) && (request.flags & ~uint32_t{KEYRULE_DRY}) == 0 &&
                         request.attributes != nullptr && request.base == nullptr;
  *done = 0;
  if (!is_simple) [[unlikely]] return false;
  scratch->values.Reset(slots.slot_count());
  *done = AddTexts(request.attributes, 0, request.attribute_count, false, slots, &scratch->values);
  if (*done != request.attribute_count) [[unlikely]] return false;
  Fill(View(request.tenant), request, slots, scratch, out);
  return true;
}

}  // namespace keyrule::plugin_api
