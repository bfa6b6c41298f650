// A policy on its way from text to Policy: what the stages of load.cc hand on to each other.
// Private to dsl/.
#pragma once

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dsl/ast.h"
#include "dsl/diagnostic.h"
#include "dsl/load.h"
#include "dsl/lost.h"
#include "dsl/names.h"
#include "dsl/overlay.h"
#include "dsl/policy.h"
#include "dsl/silence.h"
#include "dsl/slots.h"

namespace keyrule::dsl {

struct FilePlace {
  std::string name;  // as diagnostics show it
  std::string real;  // what makes it one file
};

struct Loading {
  Loading(const FileReader& file_reader, const LoadOptions& load_options)
      : reader(file_reader), options(load_options), sources(std::make_shared<Sources>()) {}

  const FileReader& reader;
  const LoadOptions& options;
  std::shared_ptr<Sources> sources;
  std::vector<uint32_t> texts;  // the sources that were read, in order: what the revision covers
  Diagnostics diagnostics;
  std::vector<Silenced> silenced;
  bool unreadable = false;
  size_t bytes = 0;  // read so far
  size_t files = 0;  // tried to read so far
  // Of the files that were named, by the naming file's source and how it is written there; nothing: outside the folder.
  TextMap<std::optional<FilePlace>> places;

  std::string first_path;             // as given
  // The real folders outside which nothing is read, by the first source that keeps to it: the first file's, then those
  // of further files of an overlay.
  std::map<uint32_t, std::string> folders;
  const Overlay* overlay = nullptr;   // null: none
  std::vector<uint32_t> fragments;    // the sources of the overlay's, which count as the first file's
  uint32_t first = 0;                 // the first file's source
  Span first_edition;                 // where `keyrule 1` stands in it
  std::deque<Statement> statements;   // of all files, imports replaced by what they bring
  Lost lost;

  Policy policy;
  std::optional<Span> fallback_at;  // where the first `default` stands
  Names names;
  ViewMap<Span> rules;         // the names of rules
  std::optional<Slots> slots;  // as soon as the schema is known

  bool InFirstFile(const Span& span) const {
    return span.source == first || std::find(fragments.begin(), fragments.end(), span.source) != fragments.end();
  }
  const std::string& FolderOf(uint32_t source) const { return std::prev(folders.upper_bound(source))->second; }
  // "file:line", for messages that name an earlier place.
  std::string Line(const Span& span) const {
    return sources->at(span.source).name() + ":" + std::to_string(sources->Locate(span).line);
  }
  Diagnostic& Error(Code code, const Span& span, std::string message, std::string help = {}) {
    return diagnostics.Add(code, span, std::move(message), std::move(help));
  }
};

// One step of loading; each needs what those before it made.
struct LoadStage {
  std::string_view name;
  void (*run)(Loading&);
};
// In their order, the first file's text being among the sources already.
std::span<const LoadStage> LoadStages();

}  // namespace keyrule::dsl
