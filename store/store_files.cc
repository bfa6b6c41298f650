#include "store/store_files.h"

#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

namespace keyrule::store {
namespace {

constexpr std::string_view kStoreHeader = "keyrule store\n";
constexpr std::string_view kPointerHeader = "keyrule generation\n";
constexpr std::string_view kWrittenHeader = "keyrule written\n";
constexpr const char* kRebuild = "nothing was changed; move the store aside and import again";

// Takes "name value\n" off the front of `rest`; nothing when another line stands there.
std::optional<std::string_view> TakeLine(std::string_view* rest, std::string_view name) {
  const size_t end = rest->find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  std::string_view line = rest->substr(0, end);
  if (!line.starts_with(name) || line.substr(name.size(), 1) != " ") return std::nullopt;
  rest->remove_prefix(end + 1);
  return line.substr(name.size() + 1);
}

// Only the one spelling that std::to_string gives.
bool ParseNumber(std::string_view text, uint64_t* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size() &&
         std::to_string(*number) == text;
}

// "name size digest"
bool ParseFile(std::string_view line, FileMark* file) {
  const size_t first = line.find(' ');
  const size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return false;
  file->name = line.substr(0, first);
  return ParseNumber(line.substr(first + 1, last - first - 1), &file->size) &&
         FromHex(line.substr(last + 1), file->digest);
}

Status Damaged(const std::string& path) {
  return Status(Code::kDamaged, path, "the file is damaged", kRebuild);
}

std::string Line(std::string_view name, std::string_view value) {
  std::string line(name);
  line += ' ';
  line += value;
  line += '\n';
  return line;
}

}  // namespace

std::string FormatStoreFile(const Identity& identity) {
  std::string text(kStoreHeader);
  text += Line("format", std::to_string(kFormat));
  text += Line("id", ToHex(identity.id));
  for (const std::string& box : identity.sealed_keys) text += Line("key", ToHex(AsBytes(box)));
  return text + Line("sum", ToHex(Sha256({text})));
}

Result<Identity> ParseStoreFile(std::string_view text, const std::string& path) {
  // Header, format and sum stay the same in every format, so that old programs can tell new from
  // damaged.
  const size_t sum_at = text.rfind("sum ");
  if (!text.starts_with(kStoreHeader) || sum_at == std::string_view::npos ||
      text.substr(sum_at) != Line("sum", ToHex(Sha256({text.substr(0, sum_at)})))) {
    return Damaged(path);
  }
  std::string_view rest = text.substr(0, sum_at);
  rest.remove_prefix(kStoreHeader.size());
  const std::optional<std::string_view> format = TakeLine(&rest, "format");
  uint64_t number = 0;
  if (!format || !ParseNumber(*format, &number) || number == 0) return Damaged(path);
  if (number > kFormat) {
    return Status(Code::kNewerFormat, path,
                  "the store has format " + std::to_string(number) + ", this program knows 1 to " +
                      std::to_string(kFormat),
                  "use a newer Keyrule; nothing was changed");
  }
  Identity identity;
  const std::optional<std::string_view> id = TakeLine(&rest, "id");
  if (!id || !FromHex(*id, identity.id)) return Damaged(path);
  while (const std::optional<std::string_view> key = TakeLine(&rest, "key")) {
    std::string box(key->size() / 2, '\0');
    if (!FromHex(*key, {reinterpret_cast<uint8_t*>(box.data()), box.size()})) return Damaged(path);
    identity.sealed_keys.push_back(std::move(box));
  }
  if (!rest.empty() || identity.sealed_keys.empty()) return Damaged(path);
  return identity;
}

Result<Secret> OpenStoreKey(const Identity& identity, const Secret& master_key,
                            const std::string& path, size_t* line) {
  if (master_key.size() != kKeySize) {
    return Status(Code::kKeyMalformed, path, "the master key is not 32 bytes long",
                  "load it from a file made by `keyrule`");
  }
  for (*line = 0; *line < identity.sealed_keys.size(); ++*line) {
    Result<Secret> store_key =
        OpenBox(master_key.Expose(), identity.sealed_keys[*line], StoreKeyContext(identity.id));
    if (store_key.ok() && store_key->size() == kKeySize) return store_key;
    if (store_key.ok() || store_key.status().code() != Code::kKeyWrong) return Damaged(path);
  }
  return Status(Code::kKeyWrong, path, "the store was sealed with another master key",
                "give the key file that it was made with; nothing was changed");
}

Result<StoreKeys> UnlockStore(const Identity& identity, const Secret& master_key,
                              const std::string& path) {
  size_t line = 0;
  Result<Secret> store_key = OpenStoreKey(identity, master_key, path, &line);
  if (!store_key.ok()) return store_key.status();
  return StoreKeys(store_key->Expose(), identity.id);
}

std::string FormatPointer(const Pointer& pointer, const StoreKeys& keys) {
  std::string text(kPointerHeader);
  text += Line("generation", std::to_string(pointer.generation.number));
  text += Line("records", std::to_string(pointer.generation.records));
  text += Line("digest", ToHex(pointer.generation.digest));
  for (const FileMark& file : pointer.files) {
    text += Line("file", file.name + " " + std::to_string(file.size) + " " + ToHex(file.digest));
  }
  return text + Line("proof", ToHex(keys.ProvePointer(text)));
}

Result<Pointer> ParsePointer(std::string_view text, const StoreKeys& keys,
                             const std::string& path) {
  std::string_view rest = text;
  Pointer pointer;
  if (!rest.starts_with(kPointerHeader)) return Damaged(path);
  rest.remove_prefix(kPointerHeader.size());
  const auto number = TakeLine(&rest, "generation");
  const auto records = TakeLine(&rest, "records");
  const auto digest = TakeLine(&rest, "digest");
  if (!number || !records || !digest || !ParseNumber(*number, &pointer.generation.number) ||
      !ParseNumber(*records, &pointer.generation.records) ||
      !FromHex(*digest, pointer.generation.digest)) {
    return Damaged(path);
  }
  while (const auto line = TakeLine(&rest, "file")) {
    FileMark file;
    if (!ParseFile(*line, &file)) return Damaged(path);
    pointer.files.push_back(std::move(file));
  }
  // There is one spelling of each pointer, proof included.
  if (!SameBytes(AsBytes(FormatPointer(pointer, keys)), AsBytes(text))) return Damaged(path);
  return pointer;
}

bool PointerNumber(std::string_view text, uint64_t* number) {
  if (!text.starts_with(kPointerHeader)) return false;
  text.remove_prefix(kPointerHeader.size());
  const auto line = TakeLine(&text, "generation");
  return line && ParseNumber(*line, number);
}

std::string FormatWritten(uint64_t sequence, const StoreKeys& keys) {
  std::string text(kWrittenHeader);
  text += Line("sequence", std::to_string(sequence));
  return text + Line("proof", ToHex(keys.ProvePointer(text)));
}

Result<uint64_t> ParseWritten(std::string_view text, const StoreKeys& keys,
                              const std::string& path) {
  std::string_view rest = text;
  uint64_t sequence = 0;
  if (!rest.starts_with(kWrittenHeader)) return Damaged(path);
  rest.remove_prefix(kWrittenHeader.size());
  const auto line = TakeLine(&rest, "sequence");
  if (!line || !ParseNumber(*line, &sequence) ||
      !SameBytes(AsBytes(FormatWritten(sequence, keys)), AsBytes(text))) {
    return Damaged(path);
  }
  return sequence;
}

std::string StoreFilePath(const std::string& dir) { return dir + "/STORE"; }
std::string PointerPath(const std::string& dir) { return dir + "/CURRENT"; }
std::string WrittenPath(const std::string& dir) { return dir + "/WRITTEN"; }
std::string SharedPath(const std::string& dir) { return dir + "/SHARED"; }
std::string RevokedPath(const std::string& dir) { return dir + "/REVOKED"; }
std::string WriterPath(const std::string& dir) { return dir + "/writer"; }
std::string GenerationsPath(const std::string& dir) { return dir + "/generations"; }

std::string GenerationPath(const std::string& dir, uint64_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "/%06llu", static_cast<unsigned long long>(number));
  return GenerationsPath(dir) + name;
}

bool GenerationNumber(std::string_view name, uint64_t* number) {
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), *number);
  return name.size() >= 6 && error == std::errc() && end == name.data() + name.size();
}

}  // namespace keyrule::store
