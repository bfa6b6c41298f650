// What a call of the store came to: a code to branch on, and a text for the person who has to mend
// it.

#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace keyrule::store {

// The values are stable in meaning, not in number: nothing stores them.
enum class Code {
  kOk,
  kNotFound,      // no such store, generation or credential; "not yours" says the same
  kUnreadable,    // a file is there and may not, or cannot, be read
  kKeyMissing,    // no master key where it was looked for
  kKeyTooOpen,    // group or others may read or write the key file
  kKeyForeign,    // a stranger owns the key file
  kKeyTruncated,  // the key file is empty, or the beginning of a key
  kKeyMalformed,  // the key file does not hold a key
  kKeyFailed,     // the program that gives the key failed
  kKeyWrong,      // the store was sealed with another key
  kNewerFormat,   // written by a newer Keyrule
  kDamaged,       // bytes are not what was written; nothing was changed
  kBusy,          // another process is writing
  kForked,        // this process may not write: RocksDB was used before the fork that made it
  kInvalid,       // bad input
  kExists,        // would overwrite something
  kIo,            // the system refused: disk full, I/O error, no randomness
};

// Three parts, so that a command can lay them out and a log can join them. No part ever holds a
// secret. A value type; as safe between threads as std::string.
class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(Code code, std::string where, std::string what, std::string mend)
      : code_(code), where_(std::move(where)), what_(std::move(what)), mend_(std::move(mend)) {}

  bool ok() const { return code_ == Code::kOk; }
  Code code() const { return code_; }
  const std::string& where() const { return where_; }  // a path, or a record's tenant/provider/id
  const std::string& what() const { return what_; }    // what is the matter
  const std::string& mend() const { return mend_; }    // what to do about it; may be empty

  // One line: "where: what; mend".
  std::string message() const {
    std::string text = where_.empty() ? what_ : where_ + ": " + what_;
    if (!mend_.empty()) text += "; " + mend_;
    return text;
  }

 private:
  Code code_ = Code::kOk;
  std::string where_;
  std::string what_;
  std::string mend_;
};

// A value, or the status that says why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // implicit, so that
  Result(Status status) : status_(std::move(status)) {
    assert(!status_.ok());
  }  // `return` reads well

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  // Only when ok().
  T& value() & { return *value_; }
  const T& value() const& { return *value_; }
  T&& value() && { return *std::move(value_); }
  T& operator*() & { return *value_; }
  const T& operator*() const& { return *value_; }
  T&& operator*() && { return *std::move(value_); }
  T* operator->() { return &*value_; }
  const T* operator->() const { return &*value_; }

 private:
  Status status_;
  std::optional<T> value_;
};

}  // namespace keyrule::store
