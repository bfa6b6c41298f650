#include "plugin_api/random_seed.h"

#include <sys/random.h>

#include "plugin_api/fork_watch.h"

namespace keyrule::plugin_api {

uint64_t RandomSeed() noexcept {
  uint64_t seed = 0;
  if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) != sizeof(seed)) seed = ProcessSalt();
  return seed != 0 ? seed : 1;
}

}  // namespace keyrule::plugin_api
