// Every text of the tree that calls itself a policy, right or wrong.
#pragma once

#include <string>
#include <vector>

namespace keyrule::editors {

struct Sample {
  std::string name;  // its path from the root, or where in LANGUAGE.md it stands
  std::string text;
};
std::vector<Sample> Corpus();

}  // namespace keyrule::editors
