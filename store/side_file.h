// What a host's database does not know of its credentials, in a file beside it:
//
//   {"credentials": [
//     {"tenant": "…", "provider": "openai", "name": "prod-eu", "weight": 3, "owner": "team-a",
//      "labels": {"region": "eu"}, "expires": "2027-01-01T00:00Z", "enabled": false,
//      "limits": [{"amount": 600, "unit": "requests", "period": "minute"}],
//      "allowed_hosts": ["api.openai.com"], "shared_with": ["*"]},
//     {"id": "0195f3c4-…", "weight": 1}]}
//
// FORMAT.md has the rules.

#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "store/import.h"
#include "store/record.h"

namespace keyrule::store {

inline constexpr size_t kMaxSideFile = size_t{256} << 20;  // bytes

// One entry. Either `id` or the three names are given; `model` narrows the names down.
struct SideEntry {
  Metadata says;  // tenant, provider, name, model or id: whom it speaks of; all else: what it says
  size_t line = 0;

  // Puts what the entry says over what is known. It can disable, never enable.
  void ApplyTo(Metadata* metadata) const;
};

// Immutable once parsed. Any thread.
class SideFile {
 public:
  // Checks a whole file: with any error in `*errors` it must not be used. Both spellings of a
  // provider are understood.
  static SideFile Parse(std::string_view text, std::vector<ImportError>* errors);

  // The entry for a credential, or null: by its id, else by names and model, else by names.
  const SideEntry* Find(const Metadata& metadata) const;

  const std::vector<SideEntry>& entries() const { return entries_; }

 private:
  using Names = std::tuple<std::string, std::string, std::string, std::string>;

  bool Add(SideEntry entry);  // false: there is one of that key

  std::vector<SideEntry> entries_;
  std::map<Names, size_t> by_names_;  // tenant, provider, name, model
  std::map<std::string, size_t, std::less<>> by_id_;
};

}  // namespace keyrule::store
