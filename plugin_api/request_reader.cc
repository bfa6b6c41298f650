#include "plugin_api/request_reader.h"

#include <optional>
#include <string_view>

#include "plugin_api/abi_text.h"

namespace keyrule::plugin_api {
namespace {

constexpr std::string_view kTenantPath = "tenant.id";

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

  bool Read(const keyrule_request& request) {
    if (IsBroken(request.tenant)) return Fail("the tenant has a length without bytes, or one above KEYRULE_MAX_TEXT");
    if ((request.flags & ~uint32_t{KEYRULE_DRY}) != 0) {
      return Fail("the request has a flag that this library does not know");
    }
    if (request.attributes == nullptr && request.attribute_count != 0) {
      return Fail("the request has a number of attributes but no attributes");
    }
    scratch_->values.assign(slots_.slot_count(), Value());
    scratch_->lists.clear();
    for (size_t i = 0; i < request.attribute_count; ++i) {
      if (!Put(request.attributes[i], request)) return false;
    }
    return true;
  }

 private:
  bool Fail(std::string message) {
    *error_ = std::move(message);
    return false;
  }

  bool Put(const keyrule_attribute& attribute, const keyrule_request& request) {
    const uint32_t slot = slots_.Find(attribute.id);
    NoteMap(attribute);
    if (slot == SlotTable::kNotRead) return true;
    if (slot == SlotTable::kUnknownId) {
      return Fail("the attribute id " + std::to_string(attribute.id) +
                  " was not given by engine_attribute of this engine");
    }
    if (attribute.kind == KEYRULE_ABSENT) return true;
    if (attribute.kind != AbiKind(slots_.kind(slot))) {
      return Fail(About(slots_.path(slot), WrongKind(attribute.kind, slot)));
    }
    const std::optional<Value> value = ValueOf(attribute, request);
    if (!value) return Fail(About(slots_.path(slot), "a length without bytes or above KEYRULE_MAX_TEXT, or a bool that is not 0 or 1"));
    if (!scratch_->values[slot].absent()) {
      return Fail(About(slots_.path(slot), "it is given twice"));
    }
    if (slots_.path(slot) == kTenantPath && value->text() != View(request.tenant)) {
      return Fail(About(kTenantPath, "it differs from the request's tenant, whom the host has authenticated"));
    }
    scratch_->values[slot] = *value;
    return true;
  }

  // That an entry of a map is given is all that a rule can ask about the whole map.
  void NoteMap(const keyrule_attribute& attribute) {
    static constexpr std::string_view kAnEntry[] = {"*"};
    const uint32_t map = slots_.FindMap(attribute.id);
    if (map == SlotTable::kNotRead || attribute.kind != KEYRULE_TEXT) return;
    if (attribute.value.text.len != 0) scratch_->values[map] = Value::List(kAnEntry);
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
    if (scratch_->lists.empty()) scratch_->lists.reserve(ItemCount(request));
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
  std::string* error_;
};

}  // namespace

bool ReadRequest(const keyrule_request& request, const SlotTable& slots, RequestScratch* scratch,
                 evaluator::Request* out, std::string* error) {
  *out = {};
  if (!Reader(slots, scratch, error).Read(request)) return false;
  *out = {View(request.tenant), scratch->values, (request.flags & KEYRULE_DRY) != 0};
  return true;
}

}  // namespace keyrule::plugin_api
