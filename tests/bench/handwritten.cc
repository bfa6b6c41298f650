#include "tests/bench/handwritten.h"

#include <atomic>

namespace keyrule::bench {
namespace {

// Two keys by turns, three to one: the state that the policy's strategy keeps as well.
std::string_view Production() {
  static std::atomic<unsigned> turn{0};
  return turn.fetch_add(1, std::memory_order_relaxed) % 4 == 2 ? "prod-us" : "prod-eu";
}

}  // namespace

std::string_view ChooseByHand(const Call& call) {
  if (call.environment == "production" && call.invoke_from == "debugger") return {};
  if (call.provider == "google" && (call.user == "u-ada" || call.user == "u-grace")) return "research";
  if (call.provider == "openai" && call.app == "app-legal") return "legal";
  if (call.model == "gpt-3.5-turbo" || call.model == "text-davinci-003") return {};
  if (call.model_type == "text-embedding" && call.workflow == "wf-index") return "batch";
  if (call.workflow.starts_with("wf-test-")) return "staging";
  if (call.environment == "staging") return "staging";
  if (call.provider == "vertex_ai" && (call.workflow == "wf-contracts" || call.workflow == "wf-tenders")) {
    return "frankfurt";
  }
  if (call.user == "u-root") return "reserve";
  if (call.provider == "openai" && call.environment == "production" &&
      (call.app == "app-invoices" || call.app == "app-dunning")) {
    return Production();
  }
  return {};
}

}  // namespace keyrule::bench
