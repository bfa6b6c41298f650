// Requests built from texts, as people and files give them (the command, the REPL, in-file tests). Owns every byte.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/policy.h"
#include "evaluator/request.h"

namespace keyrule::evaluator {

// What a required text has that nobody gave: a value that no policy names.
inline constexpr std::string_view kAnyText = "(any)";

class RequestBuilder {
 public:
  explicit RequestBuilder(std::shared_ptr<const dsl::Policy> policy);

  // The attribute as declared; for an entry of a map what the policy knows of it, or the map's own declaration; null if
  // the schema has no such path. An attribute that the schema has and no rule reads is accepted and dropped.
  const dsl::Attribute* Declared(std::string_view path) const;

  // Each returns false and fills *error (one line, with the mend) for an unknown path or a value of the wrong type.
  bool SetText(std::string_view path, std::string_view text, std::string* error);
  bool SetInteger(std::string_view path, int64_t number, std::string* error);
  bool SetBool(std::string_view path, bool truth, std::string* error);
  bool SetTimestamp(std::string_view path, int64_t unix_ms, std::string* error);
  bool SetList(std::string_view path, const std::vector<std::string>& items, std::string* error);
  bool Unset(std::string_view path, std::string* error);
  // "app.id=invoices", "user.roles=[a,b]", "request.tokens=500", "flag=true", "app.id=" (absent): by the declared type.
  bool SetAssignment(std::string_view assignment, std::string* error);
  // Gives required attributes that are absent a value that no policy names (an enum: its first), as tests do.
  void FillRequired(int64_t now_ms);

  // What is set, by path, as it is typed in an assignment; for showing.
  const std::map<std::string, std::string>& shown() const { return shown_; }
  // Borrowed: valid until the builder changes.
  Request Build() const;
  void Clear();

 private:
  // As Declared; a whole map, which has no value of its own, is refused as well.
  const dsl::Attribute* Find(std::string_view path, std::string* error) const;
  bool Put(std::string_view path, Value value, std::string shown, std::string* error);
  void NoteEntries(const std::string& map);
  std::string_view Keep(std::string_view text);

  std::shared_ptr<const dsl::Policy> policy_;
  SlotValues values_;
  std::map<std::string, std::string> shown_;
  std::deque<std::string> texts_;
  std::deque<std::vector<std::string_view>> lists_;
  std::string tenant_;
};

}  // namespace keyrule::evaluator
