#include "plugin_api/request_reader.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "plugin_api/abi_text.h"
#include "plugin_api/prepared.h"
#include "plugin_api/simple_request.h"

namespace keyrule::plugin_api {
namespace {

using evaluator::SlotValues;
using evaluator::Value;
using evaluator::ValueKind;

std::string_view NameOf(uint32_t kind) {
  switch (kind) {
    case KEYRULE_TEXT: return "a text";
    case KEYRULE_INTEGER: return "an integer";
    case KEYRULE_BOOL: return "a bool";
    case KEYRULE_TIMESTAMP: return "a timestamp";
    case KEYRULE_LIST: return "a list of texts";
    default: return "of an unknown kind";
  }
}

uint32_t AbiKind(ValueKind kind) {
  switch (kind) {
    case ValueKind::kText: return KEYRULE_TEXT;
    case ValueKind::kInteger: return KEYRULE_INTEGER;
    case ValueKind::kBool: return KEYRULE_BOOL;
    case ValueKind::kTimestamp: return KEYRULE_TIMESTAMP;
    case ValueKind::kList: return KEYRULE_LIST;
    case ValueKind::kAbsent: return KEYRULE_ABSENT;
  }
  return KEYRULE_ABSENT;
}

std::string About(std::string_view path, std::string_view what) {
  std::string text = "attribute `";
  text += path;
  text += "`: ";
  text += what;
  return text;
}

class Reader {
 public:
  Reader(const SlotTable& slots, RequestScratch* scratch, std::string* error)
      : slots_(slots), scratch_(scratch), error_(error) {}

  // Its first `done` attributes have been read.
  bool Read(const keyrule_request& request, size_t done) {
    if (IsBroken(request.tenant)) return Fail("the tenant has a length without bytes, or one above KEYRULE_MAX_TEXT");
    if ((request.flags & ~uint32_t{KEYRULE_DRY}) != 0) {
      return Fail("the request has a flag that this library does not know");
    }
    if (request.attributes == nullptr && request.attribute_count != 0) {
      return Fail("the request has a number of attributes but no attributes");
    }
    tenant_ = View(request.tenant);
    if (request.base != nullptr && !TakeTenantOf(request.base->request())) return false;
    if (done == 0) ForgetRequest(slots_, scratch_);
    scratch_->lists.clear();
    scratch_->taken_away.clear();
    for (size_t i = done; i < request.attribute_count;) {
      i = AddTexts(request.attributes, i, request.attribute_count, false, slots_, &scratch_->values, kUnheard);
      if (i < request.attribute_count && !Put(request.attributes[i++], request)) return false;
    }
    return request.base == nullptr || PutUnder(request);
  }

  std::string_view tenant() const { return tenant_; }

 private:
  bool TakeTenantOf(const keyrule_request& base) {
    if (tenant_.empty()) tenant_ = View(base.tenant);
    if (base.tenant.len == 0 || View(base.tenant) == tenant_) return true;
    return Fail("the request and its base name two tenants; give the one whom the host has authenticated");
  }

  // What the base has and the request itself says nothing about.
  bool PutUnder(const keyrule_request& request) {
    const keyrule_request& base = request.base->request();
    const std::vector<uint32_t>& away = scratch_->taken_away;
    for (size_t i = 0; i < base.attribute_count;) {
      if (away.empty()) i = AddTexts(base.attributes, i, base.attribute_count, true, slots_, &scratch_->values, kUnheard);
      if (i == base.attribute_count) break;
      const keyrule_attribute& attribute = base.attributes[i++];
      const uint32_t slot = slots_.Find(attribute.id).slot;
      const bool given = slot < slots_.slot_count() && !scratch_->values[slot].absent();
      if (given || std::find(away.begin(), away.end(), attribute.id) != away.end()) continue;
      if (!Put(attribute, request)) return false;
    }
    return true;
  }

  bool Fail(std::string message) {
    *error_ = std::move(message);
    return false;
  }

  bool Put(const keyrule_attribute& attribute, const keyrule_request& request) {
    const SlotTable::Found found = slots_.Find(attribute.id);
    const bool absent = attribute.kind == KEYRULE_ABSENT || (attribute.kind == KEYRULE_TEXT && attribute.value.text.len == 0) ||
                        (attribute.kind == KEYRULE_LIST && attribute.value.list.count == 0);
    if (absent && request.base != nullptr) scratch_->taken_away.push_back(attribute.id);
    if (found.map != SlotTable::kNotRead) NoteMap(attribute, found.map);
    if (found.slot == SlotTable::kNotRead) return true;
    if (found.slot == SlotTable::kUnknownId) {
      return Fail("the attribute id " + std::to_string(attribute.id) +
                  " was not given by engine_attribute of this engine");
    }
    if (attribute.kind == KEYRULE_ABSENT) return true;
    const std::string_view path = slots_.path(found.slot);
    if (attribute.kind != AbiKind(found.kind)) return Fail(About(path, WrongKind(attribute.kind, found.slot)));
    const std::optional<Value> value = ValueOf(attribute, request);
    if (!value) {
      return Fail(About(path, "a length without bytes or above KEYRULE_MAX_TEXT, or a bool that is not 0 or 1"));
    }
    if (!scratch_->values[found.slot].absent()) return Fail(About(path, "it is given twice"));
    if (found.slot == slots_.tenant_slot() && value->text() != tenant_) {
      return Fail(About(path, "it differs from the request's tenant, whom the host has authenticated"));
    }
    scratch_->values.Set(found.slot, *value);
    return true;
  }

  // That an entry of a map is given is all that a rule can ask about the whole map.
  void NoteMap(const keyrule_attribute& attribute, uint32_t map) {
    static constexpr std::string_view kAnEntry[] = {"*"};
    if (attribute.kind == KEYRULE_TEXT && attribute.value.text.len != 0) {
      scratch_->values.Set(map, Value::List(kAnEntry));
    }
  }

  std::string WrongKind(uint32_t kind, uint32_t slot) const {
    std::string text = "this value is ";
    text += NameOf(kind);
    text += ", the schema says ";
    text += slots_.kind(slot) == ValueKind::kAbsent ? "it is a map: give its entries"
                                                    : NameOf(AbiKind(slots_.kind(slot)));
    return text;
  }

  std::optional<Value> ValueOf(const keyrule_attribute& attribute,
                               const keyrule_request& request) {
    switch (attribute.kind) {
      case KEYRULE_TEXT:
        if (IsBroken(attribute.value.text)) return std::nullopt;
        return Value::Text(View(attribute.value.text));
      case KEYRULE_INTEGER: return Value::Integer(attribute.value.integer);
      case KEYRULE_TIMESTAMP: return Value::Timestamp(attribute.value.integer);
      case KEYRULE_BOOL:
        if (attribute.value.integer != 0 && attribute.value.integer != 1) return std::nullopt;
        return Value::Bool(attribute.value.integer == 1);
      case KEYRULE_LIST: return ListOf(attribute, request);
      default: return std::nullopt;
    }
  }

  std::optional<Value> ListOf(const keyrule_attribute& attribute, const keyrule_request& request) {
    const auto& list = attribute.value.list;
    if (list.items == nullptr && list.count != 0) return std::nullopt;
    // Room for every list at once: values point into the vector.
    if (scratch_->lists.empty()) {
      const size_t under = request.base != nullptr ? ItemCount(request.base->request()) : 0;
      scratch_->lists.reserve(ItemCount(request) + under);
    }
    const size_t first = scratch_->lists.size();
    if (list.count > scratch_->lists.capacity() - first) return std::nullopt;
    for (size_t i = 0; i < list.count; ++i) {
      if (IsBroken(list.items[i])) return std::nullopt;
      scratch_->lists.push_back(View(list.items[i]));
    }
    return Value::List(std::span(scratch_->lists).subspan(first));
  }

  static size_t ItemCount(const keyrule_request& request) {
    size_t count = 0;
    for (size_t i = 0; i < request.attribute_count; ++i) {
      const keyrule_attribute& attribute = request.attributes[i];
      if (attribute.kind == KEYRULE_LIST) count += attribute.value.list.count;
    }
    return count;
  }

  const SlotTable& slots_;
  RequestScratch* scratch_;
  std::string_view tenant_;
  std::string* error_;
};

}  // namespace

bool ReadClosely(const keyrule_request& request, const SlotTable& slots, size_t done, RequestScratch* scratch,
                 evaluator::Request* out, std::string* error) {
  Reader reader(slots, scratch, error);
  if (!reader.Read(request, done)) {
    *out = {};
    return false;
  }
  Fill(reader.tenant(), request, slots, scratch, out);
  return true;
}

}  // namespace keyrule::plugin_api
