// What somebody would write without Keyrule, for exactly the policy of decide_bench.cc.
#pragma once

#include <string_view>

namespace keyrule::bench {

struct Call {
  std::string_view tenant, provider, model, model_type, app, workflow, user, environment, invoke_from;
};

// The name of the credential; empty: refused, or left to the host. In a file of its own, so that the compiler cannot
// fold it into the measuring loop.
std::string_view ChooseByHand(const Call& call);

}  // namespace keyrule::bench
