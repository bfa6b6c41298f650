// Picks by one strategy, as a host makes them, for tests of what becomes of many.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "evaluator/local_state.h"
#include "evaluator/snapshot.h"
#include "tests/evaluator/fixture.h"

namespace keyrule::evaluator {

inline constexpr int64_t kPicksBegin = 1'767'614'400'000;

// A pool of keys "k0", "k1" … with these weights. `more`: other items of the policy; rules see "app.id".
class Picker {
 public:
  Picker(const std::string& strategy, const std::vector<uint32_t>& weights, const std::string& more = {},
         SelectionState* state = nullptr)
      : program_(CompileText(Policy(strategy, weights, more))),
        own_(state == nullptr ? std::make_unique<LocalState>() : nullptr),
        snapshot_(program_, Keys(weights.size()), state == nullptr ? own_.get() : state, SnapshotOptions{.seed = 11}) {
    builder_ = std::make_unique<RequestBuilder>(RequestOf(*program_, {}));
    const std::unique_ptr<Decision> look = Open({}, true);
    for (const Candidate& candidate : look->candidates) states_.push_back(candidate.state);
  }

  // A decision that is not reported yet. `assignment`: one, or empty.
  std::unique_ptr<Decision> Open(const std::string& assignment = {}, bool dry = false) {
    auto d = std::make_unique<Decision>();
    RequestBuilder own = assignment.empty() ? *builder_ : RequestOf(*program_, {assignment.c_str()});
    Request request = own.Build();
    request.dry = dry;
    snapshot_.Decide(request, now_ms, d.get());
    return d;
  }
  void Close(Decision* d, const Report& report = {}) { snapshot_.ReportOutcome(d, report, now_ms); }
  // The key of a decision that is reported at once.
  size_t Pick(const std::string& assignment = {}, const Report& report = {}) {
    const std::unique_ptr<Decision> d = Open(assignment);
    Close(d.get(), report);
    return KeyOf(*d);
  }
  static size_t KeyOf(const Decision& d) { return std::stoul(d.credential->name.substr(1)); }

  // Cooling until it returns.
  void Leave(size_t key) { states_[key]->rest.rests_until = INT64_MAX / 2; }
  void Return(size_t key) { states_[key]->rest.rests_until = 0; }

  int64_t now_ms = kPicksBegin;

 private:
  static std::string Policy(const std::string& strategy, const std::vector<uint32_t>& weights, const std::string& more) {
    std::string text = "keyrule 1\nschema \"dify\"\npool p {";
    for (size_t i = 0; i < weights.size(); ++i) {
      text += " \"k" + std::to_string(i) + "\" weight " + std::to_string(weights[i]);
    }
    return text + " }\n" + more + "default { use p by " + strategy + " }\n";
  }
  static std::shared_ptr<MemorySource> Keys(size_t count) {
    std::vector<Credential> keys(count);
    for (size_t i = 0; i < count; ++i) keys[i].id = keys[i].name = "k" + std::to_string(i);
    return std::make_shared<MemorySource>(keys);
  }

  std::shared_ptr<const Program> program_;
  std::unique_ptr<LocalState> own_;
  Snapshot snapshot_;
  std::unique_ptr<RequestBuilder> builder_;
  std::vector<CredentialState*> states_;
};

}  // namespace keyrule::evaluator
