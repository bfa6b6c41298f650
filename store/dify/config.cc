#include "store/dify/config.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "store/base64.h"
#include "store/dify/token.h"
#include "store/json_text.h"
#include "store/located_json.h"
#include "store/record.h"

namespace keyrule::store {
namespace {

using Kind = JsonNode::Kind;

constexpr size_t kLeastKeySize = 128;

constexpr const char* kSaveAgain = "save this credential in Dify once more";

// Where the workspace's key, and so its size, is not known.
bool LooksLikeAnyToken(std::string_view text) {
  constexpr std::array<size_t, 5> kKeySizes = {128, 256, 384, 512, 1024};
  return std::any_of(kKeySizes.begin(), kKeySizes.end(), [text](size_t size) {
    return LooksOf(text, size) != TokenLooks::kPlain;
  });
}

// A text of the configuration that is exchanged for an opened one.
struct Opened {
  size_t begin = 0;  // of the literal, quotes included
  size_t end = 0;
  Secret text;
};

class Opener {
 public:
  Opener(std::string_view config, const KeyOfTenant& key) : config_(config), key_(key) {}

  // False when there is a problem.
  bool Walk(const JsonNode& node, const std::string& pointer) {
    if (node.kind == Kind::kString) return Text(node, pointer);
    for (size_t i = 0; i < node.children.size(); ++i) {
      const JsonNode& child = node.children[i];
      const std::string name = node.kind == Kind::kArray ? std::to_string(i) : Shown(child.name);
      if (!Walk(child, pointer + "/" + name)) return false;
    }
    return true;
  }

  // The configuration with the opened texts in it, without spaces between tokens.
  Secret Render() const {
    size_t size = config_.size();
    for (const Opened& one : opened_) size += JsonTextSize(AsText(one.text.Expose()));
    Secret payload(size);
    const std::span<uint8_t> out = payload.Fill();
    size_t written = 0;
    size_t from = 0;
    const auto copy_until = [&](size_t end) {
      std::copy(config_.begin() + static_cast<std::ptrdiff_t>(from),
                config_.begin() + static_cast<std::ptrdiff_t>(end),
                out.begin() + static_cast<std::ptrdiff_t>(written));
      written += end - from;
    };
    for (const Opened& one : opened_) {
      copy_until(one.begin);
      written += WriteJsonText(AsText(one.text.Expose()), out.subspan(written));
      from = one.end;
    }
    copy_until(config_.size());
    payload.Shrink(written);
    payload.Shrink(CompactJson(payload.Fill()));
    return payload;
  }

  // Opens a text that may be a token into `*secret`; says whether it was one.
  bool Open(std::string_view text, const std::string& pointer, Secret* secret, bool* was_token) {
    *was_token = false;
    // Most texts are short: no key is asked for on their account.
    if (text.size() < Base64Size(kLeastKeySize) && LooksOf(text, kLeastKeySize) == TokenLooks::kPlain) {
      return true;
    }
    const Result<const TenantKey*> key = key_();
    if (!key.ok()) {
      if (!LooksLikeAnyToken(text)) return true;
      problem = {pointer, key.status().where() + ": " + key.status().what(), key.status().mend()};
      return false;
    }
    const TokenLooks looks = LooksOf(text, (*key)->size());
    if (looks == TokenLooks::kPlain) return true;
    const TokenOutcome outcome = OpenToken(text, looks, **key, secret);
    if (outcome != TokenOutcome::kOpened) {
      problem = {pointer, Describe(outcome), kSaveAgain};
      if (outcome == TokenOutcome::kWrongKey) {
        problem->mend = "is this the storage of the same Dify? if so, " + problem->mend;
      }
      return false;
    }
    ++secrets;
    *was_token = true;
    return true;
  }

  std::optional<ConfigProblem> problem;
  uint64_t secrets = 0;

 private:
  bool Text(const JsonNode& node, const std::string& pointer) {
    Secret secret;
    bool was_token = false;
    if (!Open(node.text, pointer, &secret, &was_token)) return false;
    if (was_token) opened_.push_back({node.begin, node.end, std::move(secret)});
    return true;
  }

  const std::string_view config_;
  const KeyOfTenant& key_;
  std::vector<Opened> opened_;
};

OpenedConfig Problem(std::string what, std::string mend) {
  OpenedConfig opened;
  opened.problem = {"", std::move(what), std::move(mend)};
  return opened;
}

// Before Dify had fields a provider's configuration was the key alone.
bool LooksLikeSingleKey(std::string_view config) {
  return config.size() >= 8 && std::all_of(config.begin(), config.end(), [](char c) {
           return c > ' ' && c < 0x7f && c != '"' && c != '{' && c != '[';
         });
}

OpenedConfig OpenSingleKey(std::string_view config, const KeyOfTenant& key) {
  Opener opener(config, key);
  Secret secret;
  bool was_token = false;
  OpenedConfig opened;
  if (!opener.Open(config, "", &secret, &was_token)) {
    opened.problem = std::move(opener.problem);
    return opened;
  }
  if (!was_token) secret = Secret::CopyOf(AsBytes(config));
  constexpr std::string_view kBefore = "{\"openai_api_key\":";
  Secret payload(kBefore.size() + JsonTextSize(AsText(secret.Expose())) + 1);
  const std::span<uint8_t> out = payload.Fill();
  std::copy(kBefore.begin(), kBefore.end(), out.begin());
  const size_t written = WriteJsonText(AsText(secret.Expose()), out.subspan(kBefore.size()));
  out[kBefore.size() + written] = '}';
  payload.Shrink(kBefore.size() + written + 1);
  opened.payload = std::move(payload);
  opened.secrets = opener.secrets;
  return opened;
}

}  // namespace

OpenedConfig OpenConfig(std::string_view config, bool of_provider, const KeyOfTenant& key) {
  if (config.empty()) return Problem("its configuration is empty", kSaveAgain);
  if (of_provider && LooksLikeSingleKey(config)) return OpenSingleKey(config, key);
  const JsonDocument document =
      ParseLocatedJson(config, [](size_t, std::string_view) { return false; });
  if (!document.problems.empty()) {
    return Problem("its configuration is not JSON: " + document.problems.front().what, kSaveAgain);
  }
  if (document.root.kind != Kind::kObject) {
    return Problem("its configuration is not a JSON object", kSaveAgain);
  }
  Opener opener(config, key);
  OpenedConfig opened;
  if (!opener.Walk(document.root, "")) {
    opened.problem = std::move(opener.problem);
    return opened;
  }
  opened.payload = opener.Render();
  opened.secrets = opener.secrets;
  if (opened.payload.size() > kMaxPayload) {
    return Problem("its configuration is longer than 1 MiB", "shorten it");
  }
  return opened;
}

}  // namespace keyrule::store
