// What a host can ask for, each kind once: every verdict, every strategy, tags, tables, budgets, a prepared base, many rules.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/plugin_api/plugin_support.h"

namespace keyrule::plugin_test {

struct CallKind {
  std::string name;
  std::string policy;  // without its first two lines
  std::vector<std::pair<std::string, std::string>> attributes;  // beside provider and model
  keyrule_verdict verdict;
};

std::vector<CallKind> CallKinds();

// An engine over one kind's policy, and its request.
class WarmCall {
 public:
  // `prepared`: half of the attributes and the tenant stand in a base. `shared`: over state that processes could share.
  // `redis_url`: with other hosts.
  WarmCall(const CallKind& kind, bool prepared, bool shared = false, const std::string& redis_url = {});
  ~WarmCall();

  // Decides, looks, reports (or asks for the next, after a wait) and releases: what a host does for each call. Gives the
  // verdict.
  keyrule_verdict Run() const;
  // So often that nothing is new any more.
  void Warm() const {
    for (int i = 0; i < 300; ++i) Run();
  }

 private:
  const CallKind kind_;
  const Plugin plugin_;
  std::vector<keyrule_attribute> attributes_;
  keyrule_request request_ = KEYRULE_REQUEST_INIT;
  keyrule_prepared* base_ = nullptr;
};

}  // namespace keyrule::plugin_test
