// Reading what nearly all requests are: texts that fit. Inline, for every decision comes here.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "evaluator/request.h"
#include "keyrule/keyrule.h"
#include "plugin_api/abi_text.h"
#include "plugin_api/handles.h"
#include "plugin_api/slot_table.h"

namespace keyrule::plugin_api {

inline constexpr auto kUnheard = [](uint64_t, uint32_t, bool) {};

// Nearly all attributes are texts with nothing to say about them, or not read. Gives the first that is neither. `under`: a
// slot that has a value keeps it. `note(what, slot, gives)` hears of each before it.
template <typename Note>
[[gnu::always_inline]] inline size_t AddTexts(const keyrule_attribute* attributes, size_t i, size_t count, bool under,
                                              const SlotTable& slots, evaluator::SlotValues* values, const Note& note) {
  evaluator::SlotValues::Adder adder(values, count - i);
  for (; i < count; ++i) {
    const keyrule_attribute& attribute = attributes[i];
    const uint32_t slot = slots.FindText(attribute);
    if (slot > SlotTable::kUnreadText) {
      if (slot != SlotTable::kNotRead) break;
    } else {
      const keyrule_str text = attribute.value.text;
      if (text.len == 0 || IsBroken(text)) [[unlikely]] break;
      if (slot != SlotTable::kUnreadText && !adder.Add(slot, View(text)) && !under) [[unlikely]] break;
    }
    note(WhatOf(attribute), slot, slot < SlotTable::kUnreadText);
  }
  return i;
}

// As if there had been no request before.
inline void ForgetRequest(const SlotTable& slots, RequestScratch* scratch) {
  scratch->values.Reset(slots.slot_count());
  scratch->shape.Begin(slots.serial());
}

// Reads texts that the request before had as well, in their places. Gives the first that is not such a one.
[[gnu::always_inline]] inline size_t ReadAlike(const keyrule_request& request, RequestScratch* scratch) noexcept {
  const keyrule_attribute* attribute = request.attributes;
  const RequestShape::Place* place = scratch->shape.begin();
  const RequestShape::Place* const end = place + std::min(scratch->shape.size(), request.attribute_count);
  evaluator::Value* const values = scratch->values.mutable_values();
  for (; place != end; ++place, ++attribute) {
    const keyrule_str text = attribute->value.text;
    if (WhatOf(*attribute) != place->what) break;
    if (text.len - 1 >= KEYRULE_MAX_TEXT || text.ptr == nullptr) [[unlikely]] break;  // empty, or broken
    if (place->slot < SlotTable::kUnreadText) values[place->slot].BecomeText({text.ptr, text.len});
  }
  return static_cast<size_t>(place - scratch->shape.begin());
}

// What comes behind those. Gives the first that is not simple.
[[gnu::noinline]] inline size_t ReadFurther(const keyrule_request& request, size_t i, const SlotTable& slots,
                                            RequestScratch* scratch) {
  RequestShape& shape = scratch->shape;
  const size_t count = request.attribute_count;
  scratch->values.Shorten(shape.Shorten(i));
  if (!shape.IsToGrow()) return AddTexts(request.attributes, i, count, false, slots, &scratch->values, kUnheard);
  shape.Reserve(count);
  const size_t done = AddTexts(request.attributes, i, count, false, slots, &scratch->values,
                               [&](uint64_t what, uint32_t slot, bool gives) { shape.Add(what, slot, gives); });
  if (done != i) shape.NoteGrowth();  // requests that are alike but for a number at their end add nothing
  return done;
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
  if (scratch->shape.serial() != slots.serial()) [[unlikely]] ForgetRequest(slots, scratch);
  const size_t count = request.attribute_count;
  *done = ReadAlike(request, scratch);
  if (*done != count || !scratch->shape.WasWhole(count)) {
    *done = ReadFurther(request, *done, slots, scratch);
    if (*done != count) [[unlikely]] return false;
    scratch->shape.EndAt(count);
  } else {
    scratch->shape.NoteAlike();
  }
  Fill(View(request.tenant), request, slots, scratch, out);
  return true;
}

}  // namespace keyrule::plugin_api
