// A policy with something laid over it that its file does not say: further files, and statements that somebody only
// tries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "dsl/load.h"

namespace keyrule::dsl {

struct Loading;

// Statements without the line `keyrule 1`. One that has the name (or is the `default`) of one that is there takes its
// place; a new rule stands before all others.
struct Fragment {
  enum class Place { kUsual, kBefore, kAfter };
  std::string name;    // as diagnostics show it in place of a file
  std::string text;
  Place place = Place::kUsual;  // of its rules, those included that replace one
  std::string rule;             // before or after which
};

struct Overlay {
  // Read as if the first file imported them at its end, each from its own folder; what they import lies in that.
  std::vector<std::string> files;
  std::vector<Fragment> fragments;  // in the order in which they are laid over it

  bool empty() const { return files.empty() && fragments.empty(); }
};

// As Load. The revision covers what was read from files.
LoadResult LoadOverlaid(const FileReader& reader, const std::string& path, const Overlay& overlay,
                        const LoadOptions& options = {});

// Puts the fragments' statements among those of the files. Private to dsl/.
void ApplyFragments(Loading& loading, const std::vector<Fragment>& fragments);

// How a result shows one of its texts: without what was written around what somebody typed.
struct Frame {
  std::string before;   // stands before it in the fragment's text
  std::string typed;    // what was typed
  std::string instead;  // the beginning of what was typed, in whose place `before` stands
};
// The same diagnostics as if `name` held what was typed. *sources gets the texts to render them with.
std::vector<Diagnostic> Unframed(const LoadResult& result, const std::string& name, const Frame& frame,
                                 Sources* sources);

}  // namespace keyrule::dsl
