#include "plugin_api/python/binding/json_object.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

namespace keyrule::python {

namespace {

constexpr int kMaxDepth = 128;

// Room for one unescaped text or one number: as large as all of the JSON from the beginning, so that it is never moved and
// leaves nothing behind, and wiped at the end.
class Scratch {
 public:
  explicit Scratch(size_t size) : size_(size) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    if (bytes_ == nullptr) return;
    explicit_bzero(bytes_, size_);
    std::free(bytes_);
  }
  char* Get() {
    if (bytes_ == nullptr) bytes_ = static_cast<char*>(std::malloc(size_));
    return bytes_;
  }

 private:
  const size_t size_;
  char* bytes_ = nullptr;
};

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char* PutUtf8(uint32_t point, char* out) {
  if (point < 0x80) {
    *out++ = static_cast<char>(point);
    return out;
  }
  if (point < 0x800) {
    *out++ = static_cast<char>(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      *out++ = static_cast<char>(0xE0 | point >> 12);
    } else {
      *out++ = static_cast<char>(0xF0 | point >> 18);
      *out++ = static_cast<char>(0x80 | (point >> 12 & 0x3F));
    }
    *out++ = static_cast<char>(0x80 | (point >> 6 & 0x3F));
  }
  *out++ = static_cast<char>(0x80 | (point & 0x3F));
  return out;
}

// Recursive descent over the whole of JSON. A null result has an exception set.
class Parser {
 public:
  explicit Parser(std::string_view json)
      : at_(json.data()), end_(json.data() + json.size()), scratch_(json.size() + 1) {}

  PyObject* Whole() {
    Skip();
    if (!Is('{')) return Wrong();
    Ref value(Object());
    if (!value) return nullptr;
    Skip();
    return at_ == end_ ? value.release() : Wrong();
  }

 private:
  static PyObject* Wrong() {
    PyErr_SetString(PyExc_ValueError, "the payload is no JSON object");
    return nullptr;
  }
  // Not with Python's own error for text that is no UTF-8: it would hold the text.
  static PyObject* Decode(const char* begin, Py_ssize_t size, const char* errors) {
    PyObject* const text = PyUnicode_DecodeUTF8(begin, size, errors);
    if (text != nullptr || PyErr_ExceptionMatches(PyExc_UnicodeDecodeError) == 0) return text;
    PyErr_Clear();
    return Wrong();
  }
  bool Is(char c) const { return at_ != end_ && *at_ == c; }
  bool Take(char c) {
    if (!Is(c)) return false;
    ++at_;
    return true;
  }
  void Skip() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  PyObject* Value() {
    if (at_ == end_ || depth_ == kMaxDepth) return Wrong();
    switch (*at_) {
      case '{':
        return Object();
      case '[':
        return Array();
      case '"':
        return Text();
      case 't':
        return Word("true", Py_True);
      case 'f':
        return Word("false", Py_False);
      case 'n':
        return Word("null", Py_None);
      default:
        return Number();
    }
  }

  PyObject* Object() {
    ++at_;
    ++depth_;
    Ref dict(PyDict_New());
    if (!dict) return nullptr;
    Skip();
    if (!Take('}')) {
      do {
        Skip();
        if (!Is('"')) return Wrong();
        const Ref key(Text());
        if (!key) return nullptr;
        Skip();
        if (!Take(':')) return Wrong();
        Skip();
        const Ref value(Value());
        if (!value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return nullptr;
        Skip();
      } while (Take(','));
      if (!Take('}')) return Wrong();
    }
    --depth_;
    return dict.release();
  }

  PyObject* Array() {
    ++at_;
    ++depth_;
    Ref list(PyList_New(0));
    if (!list) return nullptr;
    Skip();
    if (!Take(']')) {
      do {
        Skip();
        const Ref value(Value());
        if (!value || PyList_Append(list.get(), value.get()) != 0) return nullptr;
        Skip();
      } while (Take(','));
      if (!Take(']')) return Wrong();
    }
    --depth_;
    return list.release();
  }

  PyObject* Text() {
    const char* begin = ++at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
    if (at_ == end_) return Wrong();
    if (*at_ == '"') return Decode(begin, at_++ - begin, "strict");
    return *at_ == '\\' ? EscapedText(begin) : Wrong();
  }

  // `begin` is the text's first byte, at_ its first backslash.
  PyObject* EscapedText(const char* begin) {
    char* const buffer = scratch_.Get();
    if (buffer == nullptr) return PyErr_NoMemory();
    std::memcpy(buffer, begin, static_cast<size_t>(at_ - begin));
    char* out = buffer + (at_ - begin);
    while (at_ != end_ && *at_ != '"') {
      if (static_cast<unsigned char>(*at_) < 0x20) return Wrong();
      if (*at_ != '\\') {
        *out++ = *at_++;
      } else if ((out = Escape(out)) == nullptr) {
        return Wrong();
      }
    }
    if (!Take('"')) return Wrong();
    return Decode(buffer, out - buffer, "surrogatepass");
  }

  // One escape at at_; null if it is none. What is written is never longer than what is read.
  char* Escape(char* out) {
    if (++at_ == end_) return nullptr;
    static constexpr std::string_view kNames = "\"\\/bfnrt";
    static constexpr std::string_view kMeans = "\"\\/\b\f\n\r\t";
    const char name = *at_++;
    if (const size_t which = kNames.find(name); which != std::string_view::npos) {
      *out++ = kMeans[which];
      return out;
    }
    int32_t point = name == 'u' ? Hex() : -1;
    if (point < 0) return nullptr;
    if (point >= 0xD800 && point < 0xDC00 && end_ - at_ >= 6 && at_[0] == '\\' && at_[1] == 'u') {
      const char* const before = at_;
      at_ += 2;
      const int32_t low = Hex();
      if (low < 0) return nullptr;
      if (low >= 0xDC00 && low < 0xE000) {
        point = 0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00);
      } else {
        at_ = before;
      }
    }
    return PutUtf8(static_cast<uint32_t>(point), out);
  }

  int32_t Hex() {
    if (end_ - at_ < 4) return -1;
    int32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const int digit = HexDigit(*at_++);
      if (digit < 0) return -1;
      value = value * 16 + digit;
    }
    return value;
  }

  PyObject* Word(std::string_view word, PyObject* means) {
    if (std::string_view(at_, static_cast<size_t>(end_ - at_)).substr(0, word.size()) != word) return Wrong();
    at_ += word.size();
    Py_INCREF(means);
    return means;
  }

  bool Digits() {
    const char* const begin = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != begin;
  }

  PyObject* Number() {
    const char* const begin = at_;
    Take('-');
    if (!Take('0') && !Digits()) return Wrong();
    const char* const end_of_integer = at_;
    if (Take('.') && !Digits()) return Wrong();
    if (Is('e') || Is('E')) {
      ++at_;
      if (!Take('+')) Take('-');
      if (!Digits()) return Wrong();
    }
    const auto length = static_cast<size_t>(at_ - begin);
    char* const buffer = scratch_.Get();
    if (buffer == nullptr) return PyErr_NoMemory();
    std::memcpy(buffer, begin, length);
    buffer[length] = '\0';
    if (at_ == end_of_integer) return PyLong_FromString(buffer, nullptr, 10);
    const double value = PyOS_string_to_double(buffer, nullptr, nullptr);
    return value == -1.0 && PyErr_Occurred() != nullptr ? nullptr : PyFloat_FromDouble(value);
  }

  const char* at_;
  const char* const end_;
  int depth_ = 0;
  Scratch scratch_;
};

}  // namespace

PyObject* ObjectFromJson(std::string_view json) { return Parser(json).Whole(); }

}  // namespace keyrule::python
