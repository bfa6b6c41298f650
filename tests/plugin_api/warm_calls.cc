#include "tests/plugin_api/warm_calls.h"

#include <stdexcept>

namespace keyrule::plugin_test {
namespace {

std::string ManyRules(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += "rule r" + number + " { when app.id == \"app-" + number + "\" and environment in [\"production\", \"e" + number +
            "\"] use credential \"a\" }\n";
  }
  return text + "default { leave to host }\n";
}

}  // namespace

std::vector<CallKind> CallKinds() {
  const std::string pool = "pool both { \"a\" weight 3  \"b\" }\n";
  std::vector<CallKind> kinds = {
      {"deny", "rule r { when app.id == \"x\" deny \"no\" }\ndefault { leave to host }\n", {{"app.id", "x"}}, KEYRULE_DENY},
      {"host", "default { leave to host }\n", {}, KEYRULE_HOST},
      {"unavailable", "default { use credential \"nobody\" }\n", {}, KEYRULE_DENY},
      {"unknown credential", pool + "default { use credential node.credential from both }\n", {{"node.credential", "x"}},
       KEYRULE_DENY},
      {"wait", pool + "budget b { limit 1 request per hour }\ndefault { use both by round_robin under b waiting up to 2h }\n", {},
       KEYRULE_WAIT},
      {"else", pool + "budget b { limit 1 request per hour }\n"
               "default { use credential \"a\" under b else use both by first_available }\n", {}, KEYRULE_USE},
      {"credential", "default { use credential \"b\" }\n", {}, KEYRULE_USE},
      {"table", "table t { \"x\" : \"a\" }\nrule r { when app.id in t use credential t[app.id] }\ndefault { deny \"no\" }\n",
       {{"app.id", "x"}}, KEYRULE_USE},
      {"tags", "default { use credential \"a\" tag app = app.id, cost = \"c\", tenant = tenant.id }\n",
       {{"app.id", std::string(300, 'x')}}, KEYRULE_USE},
      {"sticky", pool + "default { use both by sticky on user.id }\n", {{"user.id", "u-1"}}, KEYRULE_USE},
      {"budget", pool + "budget b for each user.id { limit 1_000_000 requests per hour  limit 9 requests at once }\n"
                 "default { use both by weighted_round_robin under b }\n", {{"user.id", "u-1"}}, KEYRULE_USE},
      {"conditions", "let night = time in 22:00..06:00 at \"UTC\"\n"
                     "rule late { when night and environment == \"night\" deny \"no\" }\n"
                     "rule r { when (app.id like \"a*z\" or app.id matches /^b/) and user.id in 100% and inputs.c is set "
                     "use credential \"a\" }\ndefault { deny \"no\" }\n",
       {{"app.id", "a to z"}, {"user.id", "u-1"}, {"inputs.c", "d"}}, KEYRULE_USE},
      {"a hundred rules", ManyRules(100), {{"app.id", "app-99"}, {"environment", "production"}}, KEYRULE_USE},
  };
  for (const std::string strategy : {"round_robin", "weighted_round_robin", "random", "weighted_random", "first_available",
                                     "least_in_flight", "least_used", "headroom", "latency"}) {
    kinds.push_back({strategy, pool + "default { use both by " + strategy + " }\n", {}, KEYRULE_USE});
  }
  return kinds;
}

WarmCall::WarmCall(const CallKind& kind, bool prepared, bool shared, const std::string& redis_url)
    : kind_(kind), plugin_("keyrule 1\nschema \"dify\"\n" + kind.policy, true, shared, redis_url) {
  const auto add = [this](std::string_view path, std::string_view text) {
    keyrule_attribute attribute{};
    attribute.id = Api().engine_attribute(plugin_.engine(), Str(path));
    attribute.kind = KEYRULE_TEXT;
    attribute.value.text = Str(text);
    attributes_.push_back(attribute);
  };
  add("provider", "openai");
  add("model", "gpt-4o");
  for (const auto& [path, text] : kind_.attributes) add(path, text);
  add("app.name", "a name that few rules read");
  request_.tenant = Str("t1");
  request_.attributes = attributes_.data();
  request_.attribute_count = attributes_.size();
  if (!prepared) return;
  request_.attribute_count /= 2;
  if (Api().prepare(plugin_.engine(), &request_, &base_, nullptr) != KEYRULE_OK) throw std::runtime_error(kind_.name);
  request_.tenant = {nullptr, 0};
  request_.attributes += request_.attribute_count;
  request_.attribute_count = attributes_.size() - request_.attribute_count;
  request_.base = base_;
}

WarmCall::~WarmCall() { Api().prepared_release(base_); }

keyrule_verdict WarmCall::Run() const {
  keyrule_decision* decision = nullptr;
  Api().get_current_credentials(plugin_.engine(), &request_, &decision, nullptr);
  const keyrule_verdict verdict = Info(decision).verdict;
  if (verdict == KEYRULE_USE) {
    keyrule_report report = KEYRULE_REPORT_INIT;
    report.outcome = KEYRULE_OUTCOME_OK;
    report.latency_ms = 20;
    Api().report(plugin_.engine(), decision, &report, nullptr);
  }
  if (verdict == KEYRULE_WAIT) {
    keyrule_decision* next = nullptr;
    Api().next(plugin_.engine(), decision, &next, nullptr);
    Api().decision_release(next);
  }
  Api().decision_release(decision);
  return verdict;
}

}  // namespace keyrule::plugin_test
