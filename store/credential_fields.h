// Reading the members of a credential out of located JSON, and saying what is wrong with them: what
// the import file, the side file and a catalog file have in common.

#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/import.h"
#include "store/located_json.h"
#include "store/record.h"

namespace keyrule::store {

// `name` as a part of an RFC 6901 pointer, cut to what a message can show.
std::string PointerPart(std::string_view name);

class CredentialFields {
 public:
  // `text` is the whole file; what is wrong is appended to `*errors`, kMaxImportErrors at most.
  CredentialFields(std::string_view text, std::vector<ImportError>* errors)
      : text_(text), errors_(errors) {}

  bool Full() const { return errors_->size() >= kMaxImportErrors; }
  void Error(size_t offset, std::string pointer, std::string what, std::string mend);

  // Each reports what does not hold.
  bool Is(const JsonNode& node, JsonNode::Kind kind, const std::string& pointer, const char* mend);
  void Names(const JsonNode& object, const std::string& pointer,
             std::span<const std::string_view> known);
  const JsonNode* Required(const JsonNode& object, const std::string& pointer, const char* name);
  std::string OptionalText(const JsonNode& object, const std::string& pointer, const char* name);
  std::string RequiredText(const JsonNode& object, const std::string& pointer, const char* name);

  // provider, name, id, model, model_type: what a credential is called, but for whose it is.
  void Identity(const JsonNode& object, const std::string& pointer, Metadata* metadata);

  // labels, shared_with, enabled, expires, weight, limits, allowed_hosts, owner: what `object` has of
  // them into `*metadata`.
  void Selectable(const JsonNode& object, const std::string& pointer, Metadata* metadata);

  // No other of the file would be stored in the same place.
  bool IsFirstOfId(const JsonNode& object, const std::string& pointer, const Metadata& metadata);

 private:
  std::string Text(const JsonNode& node, const std::string& pointer, bool empty_is_fine);
  // A list or object of at most `most` of these, or null.
  const JsonNode* List(const JsonNode& object, JsonNode::Kind kind, const std::string& pointer,
                       const char* name, const char* mend, size_t most, const char* of_these,
                       const char* mend_of_many);
  void Labels(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  void Shares(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  void Enabled(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  void Expires(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  void Weight(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  void Limits(const JsonNode& object, const std::string& pointer, Metadata* metadata);
  bool ReadLimit(const JsonNode& node, const std::string& pointer, Limit* limit);
  void Hosts(const JsonNode& object, const std::string& pointer, Metadata* metadata);

  const std::string_view text_;
  std::vector<ImportError>* const errors_;
  std::set<std::tuple<std::string, std::string, std::string>> ids_;  // with tenant and provider
};

}  // namespace keyrule::store
