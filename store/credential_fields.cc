#include "store/credential_fields.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "store/nearest.h"
#include "store/timestamp.h"

namespace keyrule::store {
namespace {

using Kind = JsonNode::Kind;

constexpr std::string_view kLimitNames[] = {"amount", "period", "unit", "zone"};

std::string Article(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBool:
      return "true or false";
    case Kind::kInteger:
      return "a number";
    case Kind::kNumber:
      return "a number with a fraction or an exponent";
    case Kind::kString:
      return "a text";
    case Kind::kArray:
      return "a list";
    case Kind::kObject:
      return "an object";
  }
  return "";
}

// What stands where it does not belong may be a secret: its first characters tell its writer which.
std::string Glimpse(std::string_view text, size_t whole) {
  return text.size() <= whole ? Shown(text) : Shown(text.substr(0, 4)) + "…";
}

constexpr size_t kWord = 24;  // bytes; keys of providers are longer
constexpr size_t kName = 40;

}  // namespace

std::string PointerPart(std::string_view name) {
  std::string text;
  for (char c : Glimpse(name, kName)) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

void CredentialFields::Error(size_t offset, std::string pointer, std::string what,
                             std::string mend) {
  if (Full()) return;
  const TextPlace place = PlaceOf(text_, offset);
  errors_->push_back(
      {place.line, place.column, std::move(pointer), std::move(what), std::move(mend)});
}

bool CredentialFields::Is(const JsonNode& node, Kind kind, const std::string& pointer,
                          const char* mend) {
  if (node.kind == kind) return true;
  const std::string wanted = kind == Kind::kInteger ? "a whole number" : Article(kind);
  Error(node.begin, pointer, "this must be " + wanted + ", and it is " + Article(node.kind), mend);
  return false;
}

void CredentialFields::Names(const JsonNode& object, const std::string& pointer,
                             std::span<const std::string_view> known) {
  for (const JsonNode& child : object.children) {
    if (std::find(known.begin(), known.end(), child.name) != known.end()) continue;
    std::string mend;
    if (const std::string_view near = NearestName(child.name, known); !near.empty()) {
      mend = "did you mean `" + std::string(near) + "`?";
    } else {
      for (std::string_view name : known) mend += (mend.empty() ? "" : ", ") + std::string(name);
      mend = "known are: " + mend;
    }
    const std::string shown = Glimpse(child.name, kWord);
    Error(child.name_begin, pointer + "/" + PointerPart(shown), "`" + shown + "` is not known here",
          std::move(mend));
  }
}

const JsonNode* CredentialFields::Required(const JsonNode& object, const std::string& pointer,
                                           const char* name) {
  const JsonNode* node = object.Find(name);
  if (node == nullptr) {
    Error(object.begin, pointer, std::string("`") + name + "` is missing", "add it");
  }
  return node;
}

// Texts of the metadata. `empty_is_fine` for those that may as well be left out.
std::string CredentialFields::Text(const JsonNode& node, const std::string& pointer,
                                   bool empty_is_fine) {
  if (!Is(node, Kind::kString, pointer, "put it in quotes")) return {};
  if (node.text.empty() && !empty_is_fine) {
    Error(node.begin, pointer, "this text is empty", "write at least one character");
  } else if (node.text.size() > kMaxText) {
    Error(node.begin, pointer,
          "this text has " + std::to_string(node.text.size()) + " bytes, more than 4096",
          "shorten it");
  }
  return node.text;
}

std::string CredentialFields::OptionalText(const JsonNode& object, const std::string& pointer,
                                           const char* name) {
  const JsonNode* node = object.Find(name);
  return node == nullptr ? std::string() : Text(*node, pointer + "/" + name, true);
}

std::string CredentialFields::RequiredText(const JsonNode& object, const std::string& pointer,
                                           const char* name) {
  const JsonNode* node = Required(object, pointer, name);
  return node == nullptr ? std::string() : Text(*node, pointer + "/" + name, false);
}

void CredentialFields::Identity(const JsonNode& object, const std::string& pointer,
                                Metadata* metadata) {
  metadata->provider = RequiredText(object, pointer, "provider");
  metadata->name = RequiredText(object, pointer, "name");
  metadata->id = OptionalText(object, pointer, "id");
  metadata->model = OptionalText(object, pointer, "model");
  metadata->model_type = OptionalText(object, pointer, "model_type");
}

void CredentialFields::Selectable(const JsonNode& object, const std::string& pointer,
                                  Metadata* metadata) {
  metadata->owner = OptionalText(object, pointer, "owner");
  Labels(object, pointer, metadata);
  Shares(object, pointer, metadata);
  Enabled(object, pointer, metadata);
  Expires(object, pointer, metadata);
  Weight(object, pointer, metadata);
  Limits(object, pointer, metadata);
  Hosts(object, pointer, metadata);
}

bool CredentialFields::IsFirstOfId(const JsonNode& object, const std::string& pointer, const Metadata& metadata) {
  const std::string id = metadata.id.empty() ? DerivedId(metadata) : metadata.id;
  if (ids_.emplace(metadata.tenant, metadata.provider, id).second) return true;
  Error(object.begin, pointer, "another credential has the same tenant, provider and id",
        "change or remove one of the ids");
  return false;
}

const JsonNode* CredentialFields::List(const JsonNode& object, Kind kind,
                                       const std::string& pointer, const char* name,
                                       const char* mend, size_t most, const char* of_these,
                                       const char* mend_of_many) {
  const JsonNode* node = object.Find(name);
  const std::string at = pointer + "/" + name;
  if (node == nullptr || !Is(*node, kind, at, mend)) return nullptr;
  if (node->children.size() <= most) return node;
  Error(node->begin, at, "there are more than " + std::to_string(most) + " " + of_these,
        mend_of_many);
  return nullptr;
}

void CredentialFields::Labels(const JsonNode& object, const std::string& pointer,
                              Metadata* metadata) {
  const JsonNode* labels =
      List(object, Kind::kObject, pointer, "labels", "write {\"name\": \"value\"}", kMaxLabels,
           "labels", "give fewer");
  if (labels == nullptr) return;
  const std::string at = pointer + "/labels";
  for (const JsonNode& label : labels->children) {
    if (label.name.empty() || label.name.size() > kMaxText) {
      Error(label.name_begin, at, "a label's name must have 1 to 4096 bytes", "rename it");
    }
    metadata->labels[label.name] = Text(label, at + "/" + PointerPart(label.name), true);
  }
}

void CredentialFields::Shares(const JsonNode& object, const std::string& pointer,
                              Metadata* metadata) {
  const JsonNode* shares =
      List(object, Kind::kArray, pointer, "shared_with", "write [\"tenant\"] or [\"*\"]",
           kMaxShares, "tenants", "share with [\"*\"]");
  if (shares == nullptr) return;
  for (size_t i = 0; i < shares->children.size(); ++i) {
    metadata->shared_with.push_back(
        Text(shares->children[i], pointer + "/shared_with/" + std::to_string(i), false));
  }
}

void CredentialFields::Enabled(const JsonNode& object, const std::string& pointer,
                               Metadata* metadata) {
  const JsonNode* enabled = object.Find("enabled");
  if (enabled == nullptr ||
      !Is(*enabled, Kind::kBool, pointer + "/enabled", "write true or false, without quotes")) {
    return;
  }
  metadata->enabled = enabled->boolean;
}

void CredentialFields::Expires(const JsonNode& object, const std::string& pointer,
                               Metadata* metadata) {
  const JsonNode* expires = object.Find("expires");
  const char* const mend = "write it like \"2027-01-01T00:00Z\", or leave it out";
  if (expires == nullptr || !Is(*expires, Kind::kString, pointer + "/expires", mend)) return;
  const std::optional<int64_t> time = ParseTimestamp(expires->text);
  if (!time || *time <= 0) {
    Error(expires->begin, pointer + "/expires", "this is not a point in time", mend);
    return;
  }
  metadata->expires_ms = *time;
}

void CredentialFields::Weight(const JsonNode& object, const std::string& pointer,
                              Metadata* metadata) {
  const JsonNode* weight = object.Find("weight");
  if (weight == nullptr) return;
  if (weight->kind != Kind::kInteger || weight->integer < 1 ||
      weight->integer > static_cast<int64_t>(kMaxWeight)) {
    Error(weight->begin, pointer + "/weight", "the weight is not a whole number from 1 to 1000",
          "write one, or leave it out");
    return;
  }
  metadata->weight = static_cast<uint32_t>(weight->integer);
}

void CredentialFields::Limits(const JsonNode& object, const std::string& pointer,
                              Metadata* metadata) {
  const JsonNode* limits =
      List(object, Kind::kArray, pointer, "limits",
           "write [{\"amount\": 600, \"unit\": \"requests\", \"period\": \"minute\"}]", kMaxLimits,
           "limits", "give fewer");
  if (limits == nullptr) return;
  for (size_t i = 0; i < limits->children.size(); ++i) {
    const JsonNode& node = limits->children[i];
    const std::string at = pointer + "/limits/" + std::to_string(i);
    Limit limit;
    if (!ReadLimit(node, at, &limit)) continue;
    const bool twice = std::any_of(metadata->limits.begin(), metadata->limits.end(),
                                   [&](const Limit& other) { return CountSame(other, limit); });
    if (twice) {
      Error(node.begin, at, "another limit counts the same", "keep the smaller one");
      continue;
    }
    metadata->limits.push_back(std::move(limit));
  }
}

bool CredentialFields::ReadLimit(const JsonNode& node, const std::string& pointer, Limit* limit) {
  const size_t errors_before = errors_->size();
  if (!Is(node, Kind::kObject, pointer,
          "write {\"amount\": 600, \"unit\": \"requests\", \"period\": \"minute\"}")) {
    return false;
  }
  Names(node, pointer, kLimitNames);
  const JsonNode* amount = Required(node, pointer, "amount");
  if (amount != nullptr && (amount->kind != Kind::kInteger || amount->integer < 0)) {
    Error(amount->begin, pointer + "/amount", "the amount is not a whole number from 0",
          "write one, without quotes");
  } else if (amount != nullptr) {
    limit->amount = static_cast<uint64_t>(amount->integer);
  }
  const std::string unit = RequiredText(node, pointer, "unit");
  if (!unit.empty() && !ReadUnit(unit, &limit->unit)) {
    Error(node.Find("unit")->begin, pointer + "/unit", "`" + Glimpse(unit, kWord) + "` is not a unit",
          "write requests or tokens");
  }
  const std::string period = RequiredText(node, pointer, "period");
  if (!period.empty() && !ReadPeriod(period, &limit->period)) {
    Error(node.Find("period")->begin, pointer + "/period",
          "`" + Glimpse(period, kWord) + "` is not a period",
          "write second, minute, hour, day, month or at once");
  }
  limit->zone = OptionalText(node, pointer, "zone");
  if (errors_->size() != errors_before) return false;
  std::string_view problem = ProblemOf(*limit);
  if (problem.empty() && !limit->zone.empty() && !KnowsZone(limit->zone)) {
    problem = "this system knows no such time zone";
  }
  if (!problem.empty()) {
    const bool of_zone = limit->amount <= kMaxAmount;
    const JsonNode* const at = node.Find(of_zone ? "zone" : "amount");
    Error(at->begin, pointer + (of_zone ? "/zone" : "/amount"), std::string(problem),
          of_zone ? "write an IANA name such as \"Europe/Berlin\" beside day or month"
                  : "write a smaller one");
    return false;
  }
  return true;
}

void CredentialFields::Hosts(const JsonNode& object, const std::string& pointer,
                             Metadata* metadata) {
  const JsonNode* hosts =
      List(object, Kind::kArray, pointer, "allowed_hosts", "write [\"api.openai.com\"]", kMaxHosts,
           "hosts", "write \"*.example.com\" for many");
  if (hosts == nullptr) return;
  for (size_t i = 0; i < hosts->children.size(); ++i) {
    const JsonNode& node = hosts->children[i];
    const std::string at = pointer + "/allowed_hosts/" + std::to_string(i);
    const std::string text = Text(node, at, false);
    if (text.empty()) continue;
    const std::optional<std::string> host = HostPattern(text);
    if (!host) {
      Error(node.begin, at, "`" + Glimpse(text, kWord) + "` is not the name of a host",
            "write it like \"api.openai.com\" or \"*.openai.azure.com\", without scheme, port and "
            "path");
      continue;
    }
    metadata->allowed_hosts.push_back(*host);
  }
}

}  // namespace keyrule::store
