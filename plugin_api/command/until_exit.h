// What need not be taken apart when the process ends anyway: of a large policy that takes a tenth of a command's time.
#pragma once

#include <memory>
#include <utility>
#include <vector>

namespace keyrule::command {

// One thread at a time.
inline void KeepUntilExit(std::shared_ptr<const void> what) {
  static auto* const kept = new std::vector<std::shared_ptr<const void>>();
  kept->push_back(std::move(what));
}

}  // namespace keyrule::command
