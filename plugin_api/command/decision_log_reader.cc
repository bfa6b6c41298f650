#include "plugin_api/command/decision_log_reader.h"

namespace keyrule::command {
namespace {

constexpr uint64_t kFormat = 1;

}  // namespace

void ReadDecisionLog(const std::vector<std::string>& paths, const LogPass& pass, const LogTake& take, const LogTrouble& trouble) {
  DecisionLogLine line;
  for (uint32_t file = 0; file < paths.size(); ++file) {
    LineReader reader(paths[file]);
    std::string_view text;
    uint64_t offset = 0;
    size_t number = 0;
    bool newer = false;
    while (!newer && reader.ok() && reader.Next(&text, &offset)) {
      ++number;
      if (text.empty()) continue;
      // A decision that is not wanted is passed over unread, when it is whole to look at.
      const bool decided = text.starts_with(R"({"kind":"decided")") && text.ends_with("}}");
      if (decided && pass(text)) continue;
      if (!ReadDecisionLogLine(text, &line)) {
        trouble(paths[file], number, "this is no whole record; it is passed over",
                "a process that was killed leaves half a last line; elsewhere somebody has changed the file");
        continue;
      }
      newer = line.kind == DecisionLogLine::Kind::kOpened && line.format > kFormat;
      take(line, {offset, static_cast<uint32_t>(text.size()), file});
    }
    if (newer) {
      trouble(paths[file], number, "a newer version of Keyrule wrote this file; it is passed over",
              "use the command of that version");
    }
    if (reader.error() != 0) {
      trouble(paths[file], 0, "cannot be read: " + store::SystemError(reader.error()), "it is passed over");
    }
  }
}

}  // namespace keyrule::command
