// A policy file as the commands read it.
#pragma once

#include <memory>
#include <string>

#include "dsl/load.h"
#include "evaluator/program.h"
#include "evaluator/typeset.h"
#include "plugin_api/command/options.h"
#include "plugin_api/command/read_files.h"

namespace keyrule::command {

struct PolicyInput {
  dsl::LoadResult loaded;
  Exit exit = Exit::kYes;  // kYes: the policy is there and good enough
  std::shared_ptr<const evaluator::Program> program;  // null unless kYes
};

// Why --deny-warnings fails: else an exit code would speak of errors where only warnings are seen.
void SayDenied(const std::string& path, size_t warnings, const Options& options);

// Reads, checks and compiles; prints the diagnostics. `files`: gets every file that is read for it; may be null.
PolicyInput ReadPolicy(const std::string& path, const Options& options, ReadFiles* files = nullptr);
// The same from elsewhere than the disk.
PolicyInput ReadPolicy(const dsl::FileReader& reader, const std::string& path, const Options& options);

using evaluator::Count;

}  // namespace keyrule::command
