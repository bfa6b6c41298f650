#include "store/key_reference.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>
#include <utility>

#include "store/command_words.h"
#include "store/key_command.h"
#include "store/key_text.h"
#include "store/posix_file.h"
#include "store/record.h"

namespace keyrule::store {
namespace {

constexpr const char* kOwnCredential = "keyrule.key";
constexpr const char* kSources =
    "the sources of a key are a path, systemd:NAME, command:PROGRAM and env:NAME; write ./ before "
    "a file name that looks like one";

// What stands before the colon, or empty: a path. Two letters at least, so that it reads as a word.
std::string_view SchemeOf(std::string_view reference) {
  const size_t colon = reference.find(':');
  if (colon == std::string_view::npos || colon < 2) return {};
  const std::string_view scheme = reference.substr(0, colon);
  const bool word = std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
  return word ? scheme : std::string_view();
}

// Somebody's mistake, which no message may repeat.
bool IsKeyItself(std::string_view reference) {
  return reference.starts_with(kKeyTextHeader.substr(0, kKeyTextHeader.size() - 1)) ||
         (reference.size() == 2 * kKeySize &&
          std::all_of(reference.begin(), reference.end(),
                      [](unsigned char c) { return std::isxdigit(c) != 0; }));
}

bool IsFileName(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 255 &&
         name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

bool IsVariable(std::string_view name) {
  return !name.empty() && name.find('=') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos;
}

// Beside the store, not in it, also where the folder is called `.`.
std::string DefaultPath(std::string_view store_dir) {
  while (store_dir.size() > 1 && store_dir.back() == '/') store_dir.remove_suffix(1);
  const std::string_view name = store_dir.substr(store_dir.rfind('/') + 1);
  std::error_code unknown;
  std::string path(store_dir);
  if (name == "." || name == "..") {
    const std::string whole = std::filesystem::weakly_canonical(path, unknown).string();
    if (!unknown && whole.size() > 1) path = whole.back() == '/' ? whole.substr(0, whole.size() - 1) : whole;
  }
  return path + ".key";
}

using Found = Result<std::unique_ptr<KeyProvider>>;

template <typename Provider, typename... Arguments>
Found Make(Arguments&&... arguments) {
  return std::unique_ptr<KeyProvider>(
      std::make_unique<Provider>(std::forward<Arguments>(arguments)...));
}

Found FindCommand(std::string_view command) {
  Result<std::vector<std::string>> words = SplitCommand(command);
  if (!words.ok()) {
    return Status(Code::kInvalid, "command:", words.status().what(), words.status().mend());
  }
  const std::string& program = words->front();
  if (program.find('/') != std::string::npos && program.front() != '/') {
    return Status(Code::kInvalid, "command:" + Shown(program),
                  "the program's path depends on the folder that the process is in",
                  "write the whole path, or the name alone to look for it in PATH");
  }
  return Make<KeyCommand>(*std::move(words));
}

}  // namespace

Found FindKeyProvider(std::string_view reference, std::string_view store_dir) {
  if (reference.empty()) {
    const std::string directory = SystemdCredential::Directory();
    if (!directory.empty() && PathExists(directory + "/" + kOwnCredential)) {
      return Make<SystemdCredential>(kOwnCredential);
    }
    return Make<KeyFile>(DefaultPath(store_dir));
  }
  if (IsKeyItself(reference)) {
    return Status(Code::kInvalid, "", "that is a key itself, not where to find it",
                  "put it into a file that only you can read, and give the file's path");
  }
  const std::string_view scheme = SchemeOf(reference);
  if (scheme.empty()) return Make<KeyFile>(std::string(reference));
  const std::string_view rest = reference.substr(scheme.size() + 1);
  if (scheme == "systemd") {
    if (IsFileName(rest)) return Make<SystemdCredential>(std::string(rest));
    return Status(Code::kInvalid, "systemd:" + Shown(rest), "that is no name of a credential",
                  "write systemd:NAME, with the NAME of LoadCredential=NAME:FILE");
  }
  if (scheme == "command") return FindCommand(rest);
  if (scheme == "env") {
    if (IsVariable(rest)) return Make<KeyVariable>(std::string(rest));
    return Status(Code::kInvalid, "env:", "that is no name of an environment variable",
                  "write env:NAME; the variable holds the key, not the reference");
  }
  return Status(Code::kInvalid, Shown(scheme) + ":", "there is no such source of a key", kSources);
}

bool NamesKeyFile(std::string_view reference) {
  return !reference.empty() && SchemeOf(reference).empty();
}

Status WithKeyName(Status status, const KeyProvider& provider) {
  if (status.code() != Code::kKeyWrong) return status;
  return Status(status.code(), status.where(), status.what() + " than " + provider.name(),
                status.mend());
}

}  // namespace keyrule::store
