// Workloads: N ordered rules, requests, and the credential that each request must get. The same form as the files that the
// other engines are measured with (WORKLOADS.md), so that one file can be given to all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace keyrule::bench {

inline constexpr uint32_t kNoList = UINT32_MAX;
inline constexpr char kNobody[] = "default";  // expected where no rule matches

enum class Op : uint8_t { kEqual, kNotEqual, kIn, kPrefix };

struct Condition {
  Op op = Op::kEqual;
  bool like = false;             // a prefix that the policy writes as `like "…*"`
  uint16_t attribute = 0;        // index into Workload::attributes
  std::string value;             // not of kIn
  std::vector<std::string> any;  // kIn, unless it names a list
  uint32_t list = kNoList;       // kIn: index into Workload::lists
};

// Every condition must hold.
struct Rule {
  std::string use;
  std::vector<Condition> all;
};

struct Workload {
  std::string shape;
  std::vector<std::string> attributes;
  std::vector<std::vector<std::string>> lists;
  std::vector<Rule> rules;
  std::vector<std::vector<std::string>> requests;  // a value for each attribute; empty: absent
  std::vector<std::string> expected;               // for each request; kNobody: none matches
};

// The rule that decides, by asking one after the other; the number of rules if none matches.
size_t FirstMatch(const Workload& workload, const std::vector<std::string>& request);

// Each ends the program if the file cannot be read or written, or is no workload.
Workload ReadWorkload(const std::string& path);
void WriteWorkload(const Workload& workload, const std::string& path);

// What the policy calls an attribute. A workload's tenant and provider are ordinary attributes: all its calls are made by
// one tenant of the host's, to one provider, so that one credential a rule is enough.
std::string_view PathOf(std::string_view attribute);

// The workload as a policy with a schema of its own; `default { leave to host }`.
std::string PolicyText(const Workload& workload);

}  // namespace keyrule::bench
