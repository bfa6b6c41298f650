#include "store/revocation_log.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <optional>
#include <utility>

#include "store/posix_file.h"
#include "store/store_files.h"

namespace keyrule::store {
namespace {

constexpr std::string_view kHeader = "keyrule revoked\n";
constexpr size_t kMaxFile = 16 * 1024 * 1024;

std::string_view Word(Withdrawal kind) {
  return kind == Withdrawal::kRevoke ? "revoke" : "disable";
}

// Takes what stands before `end` off the front.
std::optional<std::string_view> Take(std::string_view* rest, char end) {
  const size_t at = rest->find(end);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest->substr(0, at);
  rest->remove_prefix(at + 1);
  return taken;
}

bool TakeText(std::string_view* rest, char end, std::string* text) {
  const std::optional<std::string_view> hex = Take(rest, end);
  if (!hex || hex->size() % 2 != 0) return false;
  text->resize(hex->size() / 2);
  return FromHex(*hex, {reinterpret_cast<uint8_t*>(text->data()), text->size()});
}

// "revoke 7 TENANT PROVIDER ID\n", the texts in hex: they may hold any bytes.
bool TakeLine(std::string_view* rest, PendingWithdrawal* one) {
  const std::optional<std::string_view> word = Take(rest, ' ');
  const std::optional<std::string_view> number = Take(rest, ' ');
  if (!word || !number) return false;
  if (*word != Word(Withdrawal::kRevoke) && *word != Word(Withdrawal::kDisable)) return false;
  one->kind = *word == Word(Withdrawal::kRevoke) ? Withdrawal::kRevoke : Withdrawal::kDisable;
  (void)std::from_chars(number->data(), number->data() + number->size(), one->number);
  return TakeText(rest, ' ', &one->key.tenant) && TakeText(rest, ' ', &one->key.provider) &&
         TakeText(rest, '\n', &one->key.id);
}

}  // namespace

std::string FormatRevoked(const std::vector<PendingWithdrawal>& pending, const StoreKeys& keys) {
  std::string text(kHeader);
  for (const PendingWithdrawal& one : pending) {
    text += Word(one.kind);
    text += ' ' + std::to_string(one.number);
    for (const std::string* part : {&one.key.tenant, &one.key.provider, &one.key.id}) {
      text += ' ' + ToHex(AsBytes(*part));
    }
    text += '\n';
  }
  return text + "proof " + ToHex(keys.ProvePointer(text)) + "\n";
}

Result<std::vector<PendingWithdrawal>> ParseRevoked(std::string_view text, const StoreKeys& keys,
                                                    const std::string& path) {
  std::vector<PendingWithdrawal> pending;
  std::string_view rest = text;
  bool good = rest.starts_with(kHeader);
  if (good) rest.remove_prefix(kHeader.size());
  while (good && !rest.starts_with("proof ")) {
    good = TakeLine(&rest, &pending.emplace_back());
  }
  // There is one spelling of each file, proof included.
  if (!good || !SameBytes(AsBytes(FormatRevoked(pending, keys)), AsBytes(text))) {
    return Status(Code::kDamaged, path, "the file is damaged",
                  "nothing was changed; move the store aside and import again, without the "
                  "credentials that were revoked");
  }
  return pending;
}

Result<std::vector<PendingWithdrawal>> ReadRevoked(const std::string& dir, const StoreKeys& keys) {
  const std::string path = RevokedPath(dir);
  Result<std::string> text = ReadSmallFile(path, kMaxFile);
  if (!text.ok() && text.status().code() == Code::kNotFound) {
    return std::vector<PendingWithdrawal>();
  }
  if (!text.ok()) return text.status();
  return ParseRevoked(*text, keys, path);
}

Status WriteRevoked(const std::string& dir, const StoreKeys& keys,
                    const std::vector<PendingWithdrawal>& pending) {
  const std::string path = RevokedPath(dir);
  if (pending.empty()) {
    if (unlink(path.c_str()) == 0 || errno == ENOENT) return SyncDirectory(dir);
    return Status(Code::kIo, path, "it cannot be removed: " + SystemError(errno),
                  "check owner and mode of the store");
  }
  const std::string text = FormatRevoked(pending, keys);
  if (text.size() > kMaxFile) {
    return Status(Code::kIo, path, "too many revocations wait for a writer",
                  "import something, or revoke when no other writer is at work");
  }
  return ReplaceFile(path, text);
}

}  // namespace keyrule::store
