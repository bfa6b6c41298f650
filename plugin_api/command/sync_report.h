// What `keyrule sync` says: changes, problems, and what it came to.
#pragma once

#include <optional>
#include <string>

#include "plugin_api/command/console.h"
#include "store/dify/sync.h"
#include "store/writer.h"

namespace keyrule::command {

class SyncReport {
 public:
  // `changes`: a line for each credential that is added, changed or removed.
  SyncReport(const Console& console, std::string store, bool changes)
      : console_(console), store_(std::move(store)), changes_(changes) {}

  // For one sync after the other; they refer to this object.
  store::SyncEvents Events();

  // What one sync came to; `published` if it published. Always on standard output, also if nothing has changed, unless
  // `only_if_changed`.
  void Summary(const store::SyncCounts& counts, const std::optional<store::Published>& published, bool dry,
               bool only_if_changed);

 private:
  void Change(store::SyncChange change, const store::Metadata& metadata) const;
  void Tell(const store::SyncProblem& problem);

  const Console& console_;
  const std::string store_;
  const bool changes_;
  size_t told_ = 0;  // problems of this sync
};

}  // namespace keyrule::command
