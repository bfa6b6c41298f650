// keyrule fmt FILE…
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "dsl/format.h"
#include "dsl/limits.h"
#include "plugin_api/command/policy_input.h"
#include "plugin_api/command/rewrite_file.h"
#include "plugin_api/command/test_files.h"
#include "plugin_api/command/text_diff.h"
#include "store/posix_file.h"

namespace keyrule::command {
namespace {

constexpr std::string_view kInput = "-";
constexpr std::string_view kInputName = "standard input";

struct Wishes {
  bool check = false;   // change nothing; is everything formatted?
  bool diff = false;    // change nothing; show what would change
  bool output = false;  // change nothing; write the texts to standard output
};

bool ReadInput(std::string* text, std::string* error) {
  constexpr size_t kPiece = 65'536;
  for (size_t size = 0;;) {
    text->resize(size + kPiece);
    const ssize_t count = read(STDIN_FILENO, text->data() + size, kPiece);
    if (count < 0 && errno == EINTR) continue;
    text->resize(size + static_cast<size_t>(std::max<ssize_t>(count, 0)));
    if (count == 0) return true;
    if (count < 0) {
      *error = store::SystemError(errno);
      return false;
    }
    size = text->size();
    if (size > dsl::kMaxTextBytes) {
      *error = "it is larger than 64 MiB";
      return false;
    }
  }
}

class Formatting {
 public:
  Formatting(const Wishes& wishes, const Console& console) : wishes_(wishes), console_(console) {}

  Exit File(const std::string& path) {
    const bool input = path == kInput;
    const std::string name(input ? kInputName : path);
    std::string text, error;
    if (!(input ? ReadInput(&text, &error) : dsl::DiskReader().Read(path, &text, &error))) {
      console_.Error(Problem{"cannot be read: " + error, {}, name});
      return Exit::kFile;
    }
    dsl::Sources sources;
    sources.Add(name, text);
    dsl::Diagnostics diagnostics;
    const std::optional<std::string> formatted = dsl::Format(sources, 0, diagnostics);
    diagnostics.Sort();
    console_.Show(diagnostics, sources);
    if (!formatted) return Exit::kPolicy;
    return Deliver(path, name, text, *formatted);
  }

 private:
  Exit Deliver(const std::string& path, const std::string& name, const std::string& before,
               const std::string& after) const {
    const bool changed = before != after;
    const bool output = wishes_.output || (path == kInput && !wishes_.check && !wishes_.diff);
    if (changed && !wishes_.check && !wishes_.diff && !output) {
      if (const store::Status done = RewriteFile(path, after); !done.ok()) {
        console_.Error(done);
        return Exit::kFile;
      }
    }
    const std::string diff = wishes_.diff ? UnifiedDiff(name, before, after) : std::string();
    if (console_.json()) {
      ShowJson(name, changed, diff, output ? &after : nullptr);
    } else if (output) {
      console_.Print(after);
    } else if (wishes_.diff && changed) {
      console_.Print(diff);
    } else if (changed) {
      console_.Result(name);
    }
    return changed && wishes_.check ? Exit::kNo : Exit::kYes;
  }

  void ShowJson(const std::string& name, bool changed, const std::string& diff,
                const std::string* text) const {
    nlohmann::ordered_json json;
    json["file"] = name;
    json["changed"] = changed;
    if (wishes_.diff) json["diff"] = diff;
    if (text != nullptr) json["text"] = *text;
    console_.Result(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
  }

  const Wishes& wishes_;
  const Console& console_;
};

Exit RunFmt(const Command& self, std::vector<std::string> arguments) {
  Wishes wishes;
  std::vector<std::string> files;
  Options options(self);
  options.Arguments(&files, 1, SIZE_MAX, "a policy file, a folder, or `-` for standard input", ValueKind::kPolicy);
  options.Flag("--check", &wishes.check,
               "changes nothing; lists what is not formatted, exit code 1");
  options.Flag("--diff", &wishes.diff, "changes nothing; shows what would change");
  options.Flag("--stdout", &wishes.output,
               "changes nothing; writes the formatted texts to standard output");
  if (const std::optional<Exit> done = options.Parse(arguments)) return *done;
  if (wishes.output && (wishes.check || wishes.diff)) {
    return options.Wrong("`--stdout` and `" + std::string(wishes.check ? "--check" : "--diff") +
                         "` exclude each other");
  }
  Exit exit = Exit::kYes;
  Formatting formatting(wishes, options.console());
  for (const std::string& file : FindSources(files, options, &exit)) {
    exit = First(exit, formatting.File(file));
  }
  return exit;
}

}  // namespace

const Command kFmt = {
    "fmt", "FILE… [options]", "writes policies in the one layout; says which files it changed",
    "  keyrule fmt billing.keyrule                           in place\n"
    "  keyrule fmt policies                                  every *.keyrule in a folder\n"
    "  keyrule fmt --check policies                          as a build would\n"
    "  keyrule fmt --diff billing.keyrule                    look first\n"
    "  keyrule fmt - <billing.keyrule                        for an editor\n",
    RunFmt};

}  // namespace keyrule::command
