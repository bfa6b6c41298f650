#include "plugin_api/python/binding/request.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "plugin_api/python/binding/attribute_ids.h"
#include "plugin_api/python/binding/errors.h"
#include "plugin_api/python/binding/value_types.h"

namespace keyrule::python {

namespace {

constexpr size_t kUsualAttributes = 32;

bool NoMapping(PyObject* given) {
  const Ref type(PyErr_Occurred() == nullptr ? TypeName(given) : nullptr);
  if (type) RaiseUsage("the request is of type %S: it must be a mapping of paths such as 'app.id' to values", type.get());
  return false;
}

}  // namespace

bool Request::Read(PyObject* mapping, bool dry) try {
  attributes_.reserve(kUsualAttributes);
  Walk walk = Walk::kAgain;
  if (PyDict_CheckExact(mapping)) walk = WalkMapping(mapping);
  if (walk == Walk::kAgain) {
    if (!IsMapping(mapping)) return NoMapping(mapping);
    over_copies_ = true;
    attributes_.clear();
    whose_ = nullptr;
    request_.tenant = {};
    PyObject* const copy = Keep(PyDict_New());
    if (copy == nullptr || PyDict_Update(copy, mapping) != 0) return false;
    walk = WalkMapping(copy);
  }
  if (walk != Walk::kDone || (has_maps_ && !NothingTwice())) return false;
  request_.flags = dry ? KEYRULE_DRY : 0;
  request_.attributes = attributes_.data();
  request_.attribute_count = attributes_.size();
  return true;
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
  return false;
}

Request::Walk Request::WalkMapping(PyObject* mapping) {
  Py_ssize_t position = 0;
  PyObject *path, *value;
  while (PyDict_Next(mapping, &position, &path, &value) != 0) {
    Walk walk = Walk::kDone;
    if (value == Py_None && request_.base == nullptr) continue;
    if (!over_copies_ && !PyUnicode_CheckExact(path)) return Walk::kAgain;
    if (PyDict_Check(value) || (over_copies_ && IsMapping(value))) {
      walk = WalkMap(path, value);
    } else {
      long id = 0;
      walk = IdOf(handle_, path, &id) ? Add({path}, value, id) : Walk::kFailed;
    }
    if (walk != Walk::kDone) return walk;
  }
  return PyErr_Occurred() != nullptr ? Walk::kFailed : Walk::kDone;
}

// The entries of a map are attributes under their own paths.
Request::Walk Request::WalkMap(PyObject* path, PyObject* map) {
  if (over_copies_) {
    PyObject* const copy = Keep(PyDict_New());
    if (copy == nullptr || PyDict_Update(copy, map) != 0) return Walk::kFailed;
    map = copy;
  } else if (!PyDict_CheckExact(map)) {
    return Walk::kAgain;
  }
  has_maps_ = true;
  PyObject* const ids = IdsInMap(handle_, path);
  if (ids == nullptr) return Walk::kFailed;
  Py_ssize_t position = 0;
  PyObject *key, *value;
  while (PyDict_Next(map, &position, &key, &value) != 0) {
    if (value == Py_None && request_.base == nullptr) continue;
    if (!over_copies_ && !PyUnicode_CheckExact(key)) return Walk::kAgain;
    long id = 0;
    if (!IdInMap(handle_, ids, path, key, &id)) return Walk::kFailed;
    const Walk walk = Add({path, key}, value, id);
    if (walk != Walk::kDone) return walk;
  }
  return Walk::kDone;
}

Request::Walk Request::Add(Place place, PyObject* value, long id) {
  if (id == kTenantId) return value == Py_None ? Walk::kDone : AddTenant(place, value);
  keyrule_attribute attribute;
  attribute.id = static_cast<uint32_t>(id);
  const Walk walk = Fill(place, value, &attribute);
  if (walk == Walk::kDone) attributes_.push_back(attribute);
  return walk;
}

Request::Walk Request::AddTenant(Place place, PyObject* value) {
  keyrule_str text;
  const Walk walk = Text(place, value, &text);
  if (walk != Walk::kDone) return walk;
  if (whose_ != nullptr &&
      (text.len != request_.tenant.len || std::memcmp(text.ptr, request_.tenant.ptr, text.len) != 0)) {
    RaiseUsage("`tenant` and `tenant.id` name two tenants; give the one whom the host has authenticated");
    return Walk::kFailed;
  }
  whose_ = value;
  request_.tenant = text;
  return Walk::kDone;
}

Request::Walk Request::Fill(Place place, PyObject* value, keyrule_attribute* attribute) {
  if (PyUnicode_CheckExact(value)) {
    attribute->kind = KEYRULE_TEXT;
    return Text(place, value, &attribute->value.text);
  }
  if (value == Py_None) {  // takes the base's away
    attribute->kind = KEYRULE_ABSENT;
    return Walk::kDone;
  }
  if (PyBool_Check(value)) {
    attribute->kind = KEYRULE_BOOL;
    attribute->value.integer = value == Py_True ? 1 : 0;
    return Walk::kDone;
  }
  if (PyLong_CheckExact(value)) return FillNumber(place, value, KEYRULE_INTEGER, attribute);
  if (PyList_CheckExact(value) || PyTuple_CheckExact(value)) return FillList(place, value, attribute);
  return FillOther(place, value, attribute);
}

Request::Walk Request::FillOther(Place place, PyObject* value, keyrule_attribute* attribute) {
  if (IsEnum(value)) {
    PyObject* const inner = Keep(EnumValue(value));
    if (inner == nullptr) return Walk::kFailed;
    if (!IsEnum(inner)) return Fill(place, inner, attribute);
  } else if (PyUnicode_Check(value)) {
    attribute->kind = KEYRULE_TEXT;
    return Text(place, value, &attribute->value.text);
  } else if (PyLong_Check(value)) {
    return FillNumber(place, value, KEYRULE_INTEGER, attribute);
  } else if (PyAnySet_CheckExact(value)) {
    return FillList(place, value, attribute);
  } else if (PyList_Check(value) || PyTuple_Check(value) || PyAnySet_Check(value)) {
    return over_copies_ ? FillList(place, value, attribute) : Walk::kAgain;
  } else if (IsDatetime(value)) {
    if (!over_copies_) return Walk::kAgain;
    PyObject* const milliseconds = Keep(UnixMilliseconds(value));
    if (milliseconds == nullptr) return Wrong(place, nullptr, "a datetime needs its zone");
    return FillNumber(place, milliseconds, KEYRULE_TIMESTAMP, attribute);
  } else if (!over_copies_ && PyErr_Occurred() == nullptr) {
    return Walk::kAgain;  // perhaps a mapping
  }
  return Wrong(place, value, "is no value of an attribute");
}

Request::Walk Request::FillNumber(Place place, PyObject* value, int32_t kind, keyrule_attribute* attribute) {
  int overflow = 0;
  attribute->kind = static_cast<uint32_t>(kind);
  attribute->value.integer = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (overflow != 0) return Wrong(place, nullptr, "the number does not fit 64 bits");
  return attribute->value.integer == -1 && PyErr_Occurred() != nullptr ? Walk::kFailed : Walk::kDone;
}

Request::Walk Request::FillList(Place place, PyObject* value, keyrule_attribute* attribute) {
  PyObject* const items = Keep(PySequence_Tuple(value));
  if (items == nullptr) return Walk::kFailed;
  const auto count = static_cast<size_t>(PyTuple_Size(items));
  auto* const texts = static_cast<keyrule_str*>(memory_.allocate(count * sizeof(keyrule_str), alignof(keyrule_str)));
  for (size_t i = 0; i < count; ++i) {
    const Walk walk = Text(place, PyTuple_GetItem(items, static_cast<Py_ssize_t>(i)), &texts[i]);
    if (walk != Walk::kDone) return walk;
  }
  attribute->kind = KEYRULE_LIST;
  attribute->value.list.items = texts;
  attribute->value.list.count = count;
  return Walk::kDone;
}

Request::Walk Request::Text(Place place, PyObject* value, keyrule_str* text) {
  if (!PyUnicode_CheckExact(value) && IsEnum(value)) {
    value = Keep(EnumValue(value));
    if (value == nullptr) return Walk::kFailed;
  }
  if (!PyUnicode_Check(value)) {
    return Wrong(place, value, "is not a text");
  }
  Py_ssize_t size = 0;
  text->ptr = PyUnicode_AsUTF8AndSize(value, &size);
  text->len = static_cast<size_t>(size);
  return text->ptr != nullptr ? Walk::kDone : Walk::kFailed;
}

Request::Walk Request::Wrong(Place place, PyObject* value, const char* what) {
  if (PyErr_Occurred() != nullptr) return Walk::kFailed;
  const Ref path(place.key == nullptr ? Ref::Borrow(place.path)
                                      : Ref(PyUnicode_FromFormat("%S.%S", place.path, place.key)));
  const Ref type(value != nullptr ? TypeName(value) : PyUnicode_FromString(""));
  if (path && type) {
    RaiseUsage("attribute `%S`: %S%s%s", path.get(), type.get(), value != nullptr ? " " : "", what);
  }
  return Walk::kFailed;
}

bool Request::NothingTwice() {
  std::vector<uint32_t> ids;
  ids.reserve(attributes_.size());
  for (const keyrule_attribute& attribute : attributes_) ids.push_back(attribute.id);
  std::sort(ids.begin(), ids.end());
  const auto twice = std::adjacent_find(ids.begin(), ids.end());
  if (twice == ids.end() || *twice == 0) return true;
  const Ref path(PathOf(handle_, *twice));
  if (path) RaiseUsage("attribute `%S` stands twice in the request; give it once", path.get());
  return false;
}

bool Request::Own() try {
  const auto copy = [&](keyrule_str* text) {
    auto* const bytes = static_cast<char*>(memory_.allocate(text->len + 1, 1));
    if (text->len != 0) std::memcpy(bytes, text->ptr, text->len);
    text->ptr = bytes;
  };
  copy(&request_.tenant);
  for (keyrule_attribute& attribute : attributes_) {
    if (attribute.kind == KEYRULE_TEXT) copy(&attribute.value.text);
    if (attribute.kind != KEYRULE_LIST) continue;
    for (size_t i = 0; i < attribute.value.list.count; ++i) {
      copy(const_cast<keyrule_str*>(&attribute.value.list.items[i]));  // our own array
    }
  }
  return true;
} catch (const std::bad_alloc&) {
  PyErr_NoMemory();
  return false;
}

PyObject* Request::Keep(PyObject* owned) {
  Ref ref(owned);
  if (owned != nullptr) kept_.push_back(std::move(ref));
  return owned;
}

}  // namespace keyrule::python
