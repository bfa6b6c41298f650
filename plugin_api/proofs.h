// Which policies were proved whole, by the digest of all their texts: what `keyrule check` has found out, engines need not
// find out again. A cache: whatever goes wrong with it, a policy is only looked at once more.
#pragma once

#include <string>

namespace keyrule::plugin_api {

// One small file a policy, in the folder that KEYRULE_PROOFS names, else in keyrule/proofs of the user's cache
// (XDG_CACHE_HOME, else ~/.cache). Another version of Keyrule has its own. Any thread, any process.
bool IsProved(const std::string& revision);
// Makes the folder where it is the user's own. Begun anew with the thousandth.
void RememberProved(const std::string& revision);

}  // namespace keyrule::plugin_api
