#include "store/record.h"

#include <algorithm>

#include "store/bytes.h"
#include "store/crypto.h"
#include "store/utf8.h"

namespace keyrule::store {
namespace {

constexpr uint8_t kRowVersion = 1;
constexpr uint8_t kEnabledFlag = 1;
constexpr uint8_t kHeldFlag = 2;

Status Bad(const Metadata& metadata, std::string what, std::string mend) {
  return Status(Code::kInvalid, DescribeKey(metadata.key()), std::move(what), std::move(mend));
}

Status CheckLimits(const Metadata& metadata) {
  const std::vector<Limit>& limits = metadata.limits;
  if (limits.size() > kMaxLimits) return Bad(metadata, "there are more than 16 limits", "give fewer");
  for (size_t i = 0; i < limits.size(); ++i) {
    if (const std::string_view problem = ProblemOf(limits[i]); !problem.empty()) {
      return Bad(metadata, std::string(problem), "see FORMAT.md, Limits");
    }
    for (size_t j = 0; j < i; ++j) {
      if (CountSame(limits[i], limits[j]) && limits[i] != limits[j]) {
        return Bad(metadata, "two limits count the same", "keep the smaller one");
      }
    }
  }
  return Status();
}

}  // namespace

CredentialRef::CredentialRef(const CredentialKey& key)
    : tenant(key.tenant), provider(key.provider), id(key.id) {
  std::string text = "credential";
  for (std::string_view part : {tenant, provider, id}) {
    PutU64(&text, part.size());  // a caller's text may be longer than any in a store
    text += part;
  }
  digest = HalfDigest(Sha256({text}));
}

Status CheckMetadata(const Metadata& metadata) {
  struct Field {
    const char* name;
    const std::string& text;
    bool required;
  };
  const Field fields[] = {
      {"tenant", metadata.tenant, true}, {"provider", metadata.provider, true},
      {"name", metadata.name, true},     {"id", metadata.id, false},
      {"model", metadata.model, false},  {"model_type", metadata.model_type, false},
      {"owner", metadata.owner, false},
  };
  for (const Field& field : fields) {
    if (field.required && field.text.empty()) {
      return Bad(metadata, std::string("the ") + field.name + " is empty", "give one");
    }
    if (field.text.size() > kMaxText) {
      return Bad(metadata, std::string("the ") + field.name + " is longer than 4096 bytes",
                 "shorten it");
    }
  }
  if (metadata.tenant == kEveryTenant) {
    return Bad(metadata, "`*` is not a tenant", "name one tenant, and share with `shared_with`");
  }
  if (metadata.weight > kMaxWeight) {
    return Bad(metadata, "the weight is over 1000", "give 1 to 1000, or none");
  }
  if (metadata.expires_ms < 0) {
    return Bad(metadata, "it expires before 1970", "give a later time, or none");
  }
  if (metadata.labels.size() > kMaxLabels) {
    return Bad(metadata, "there are more than 64 labels", "give fewer");
  }
  for (const auto& [name, value] : metadata.labels) {
    if (name.empty() || name.size() > kMaxText || value.size() > kMaxText) {
      return Bad(metadata, "a label is empty or longer than 4096 bytes", "rename or shorten it");
    }
  }
  if (metadata.shared_with.size() > kMaxShares) {
    return Bad(metadata, "it is shared with more than 1024 tenants", "share with `*`");
  }
  for (const std::string& tenant : metadata.shared_with) {
    if (tenant.empty() || tenant.size() > kMaxText) {
      return Bad(metadata, "a tenant in shared_with is empty or longer than 4096 bytes",
                 "name a tenant, or `*`");
    }
  }
  if (Status status = CheckLimits(metadata); !status.ok()) return status;
  if (metadata.allowed_hosts.size() > kMaxHosts) {
    return Bad(metadata, "there are more than 64 allowed hosts", "write `*.example.com` for many");
  }
  for (const std::string& host : metadata.allowed_hosts) {
    if (HostPattern(host)) continue;
    return Bad(metadata, "`" + Shown(host) + "` is not the name of a host",
               "write it like `api.openai.com` or `*.openai.azure.com`");
  }
  if (!metadata.origin.empty() && metadata.origin != kFromDify) {
    return Bad(metadata, "`" + Shown(metadata.origin) + "` is not a known origin", "leave it out");
  }
  if (!metadata.source_mark.empty() && metadata.source_mark.size() != kSourceMark) {
    return Bad(metadata, "its source mark is not 16 bytes long", "leave it out");
  }
  return Status();
}

void NormalizeLists(Metadata* metadata) {
  const auto sort = [](auto* list) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  };
  sort(&metadata->limits);
  for (std::string& host : metadata->allowed_hosts) host = HostPattern(host).value_or(host);
  sort(&metadata->allowed_hosts);
  std::vector<std::string>& shares = metadata->shared_with;
  sort(&shares);
  std::erase(shares, metadata->tenant);
  if (std::find(shares.begin(), shares.end(), kEveryTenant) != shares.end()) {
    shares.assign(1, std::string(kEveryTenant));
  }
}

std::string DerivedId(const Metadata& metadata) {
  std::string text = "keyrule/1 id";
  PutText(&text, metadata.tenant);
  PutText(&text, metadata.provider);
  PutText(&text, metadata.model);
  PutText(&text, metadata.name);
  return ToHex(Sha256({text})).substr(0, 32);
}

bool MayUse(std::string_view tenant, const Metadata& metadata) {
  if (tenant == metadata.tenant) return true;
  return std::any_of(
      metadata.shared_with.begin(), metadata.shared_with.end(),
      [tenant](const std::string& shared) { return shared == tenant || shared == kEveryTenant; });
}

std::string EncodeMetadata(const Metadata& metadata) {
  std::string bytes;
  bytes.push_back(static_cast<char>(kRowVersion));
  PutU64(&bytes, metadata.version);
  PutU64(&bytes, static_cast<uint64_t>(metadata.expires_ms));
  PutU32(&bytes, metadata.weight);
  bytes.push_back(
      static_cast<char>((metadata.enabled ? kEnabledFlag : 0) | (metadata.held ? kHeldFlag : 0)));
  PutText(&bytes, metadata.name);
  PutText(&bytes, metadata.model);
  PutText(&bytes, metadata.model_type);
  PutText(&bytes, metadata.owner);
  PutU16(&bytes, static_cast<uint16_t>(metadata.labels.size()));
  for (const auto& [name, value] : metadata.labels) {
    PutText(&bytes, name);
    PutText(&bytes, value);
  }
  PutU16(&bytes, static_cast<uint16_t>(metadata.shared_with.size()));
  for (const std::string& tenant : metadata.shared_with) PutText(&bytes, tenant);
  PutU16(&bytes, static_cast<uint16_t>(metadata.limits.size()));
  for (const Limit& limit : metadata.limits) PutLimit(&bytes, limit);
  PutU16(&bytes, static_cast<uint16_t>(metadata.allowed_hosts.size()));
  for (const std::string& host : metadata.allowed_hosts) PutText(&bytes, host);
  PutText(&bytes, metadata.origin);
  PutText(&bytes, metadata.source_mark);
  return bytes;
}

bool DecodeMetadata(std::string_view bytes, const CredentialKey& key, Metadata* metadata) {
  ByteReader reader(bytes);
  if (reader.U8() != kRowVersion) return false;
  *metadata = Metadata();
  metadata->tenant = key.tenant;
  metadata->provider = key.provider;
  metadata->id = key.id;
  metadata->version = reader.U64();
  metadata->expires_ms = static_cast<int64_t>(reader.U64());
  metadata->weight = reader.U32();
  const uint8_t flags = reader.U8();
  if ((flags & ~(kEnabledFlag | kHeldFlag)) != 0) return false;
  metadata->enabled = (flags & kEnabledFlag) != 0;
  metadata->held = (flags & kHeldFlag) != 0;
  metadata->name = reader.Text();
  metadata->model = reader.Text();
  metadata->model_type = reader.Text();
  metadata->owner = reader.Text();
  for (uint16_t left = reader.U16(); left > 0 && reader.ok(); --left) {
    std::string name(reader.Text());
    metadata->labels.insert_or_assign(std::move(name), std::string(reader.Text()));
  }
  for (uint16_t left = reader.U16(); left > 0 && reader.ok(); --left) {
    metadata->shared_with.emplace_back(reader.Text());
  }
  for (uint16_t left = reader.U16(); left > 0; --left) {
    if (!GetLimit(&reader, &metadata->limits.emplace_back())) return false;
  }
  for (uint16_t left = reader.U16(); left > 0 && reader.ok(); --left) {
    metadata->allowed_hosts.emplace_back(reader.Text());
  }
  metadata->origin = reader.Text();
  metadata->source_mark = reader.Text();
  // Encoding again catches what has two spellings: labels out of order or twice.
  return reader.at_end() && EncodeMetadata(*metadata) == bytes;
}

std::string DescribeKey(const CredentialKey& key) {
  return Shown(key.tenant) + "/" + Shown(key.provider) + "/" +
         (key.id.empty() ? "(new)" : Shown(key.id));
}

std::string Shown(std::string_view text) {
  constexpr size_t kShown = 60;
  std::string shown;
  for (size_t at = 0; at < text.size();) {
    const size_t size = Utf8SequenceSize(text.substr(at));
    if (shown.size() + std::max<size_t>(size, 1) > kShown) return shown + "…";
    if (size == 0 || (size == 1 && (static_cast<uint8_t>(text[at]) < 0x20 || text[at] == 0x7f))) {
      shown.push_back('?');
    } else {
      shown.append(text, at, size);
    }
    at += std::max<size_t>(size, 1);
  }
  return shown;
}

}  // namespace keyrule::store
