#include "plugin_api/python/binding/value_types.h"

namespace keyrule::python {

namespace {

// A class of the standard library, looked up once and kept for the life of the process.
class StandardType {
 public:
  constexpr StandardType(const char* module, const char* name) : module_(module), name_(name) {}

  bool IsTypeOf(PyObject* value) {
    if (type_ == nullptr) {
      const Ref module(PyImport_ImportModule(module_));
      type_ = module ? PyObject_GetAttrString(module.get(), name_) : nullptr;
    }
    return type_ != nullptr && PyObject_IsInstance(value, type_) == 1;
  }

 private:
  const char* module_;
  const char* name_;
  PyObject* type_ = nullptr;
};

StandardType g_enum("enum", "Enum");
StandardType g_datetime("datetime", "datetime");
StandardType g_mapping("collections.abc", "Mapping");

}  // namespace

bool IsEnum(PyObject* value) { return g_enum.IsTypeOf(value); }
bool IsDatetime(PyObject* value) { return g_datetime.IsTypeOf(value); }
bool IsMapping(PyObject* value) { return g_mapping.IsTypeOf(value); }

// Not `value`, which is a property that runs Python code.
PyObject* EnumValue(PyObject* member) { return PyObject_GetAttrString(member, "_value_"); }

PyObject* UnixMilliseconds(PyObject* datetime) {
  const Ref zone(PyObject_GetAttrString(datetime, "tzinfo"));
  if (!zone || zone.get() == Py_None) return nullptr;
  const Ref seconds(PyObject_CallMethod(datetime, "timestamp", nullptr));
  const Ref thousand(PyFloat_FromDouble(1000));
  const Ref milliseconds(seconds && thousand ? PyNumber_Multiply(seconds.get(), thousand.get()) : nullptr);
  return milliseconds ? PyObject_CallMethod(milliseconds.get(), "__round__", nullptr) : nullptr;
}

PyObject* TypeName(PyObject* value) { return PyType_GetName(Py_TYPE(value)); }

}  // namespace keyrule::python
