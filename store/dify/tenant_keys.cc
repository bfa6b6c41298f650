#include "store/dify/tenant_keys.h"

#include <dirent.h>

#include <cerrno>
#include <utility>

#include "store/posix_file.h"
#include "store/record.h"

namespace keyrule::store {
namespace {

constexpr size_t kMaxPem = 64 * 1024;
constexpr const char* kFolder = "/privkeys";

std::string WithoutSlash(std::string path) {
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

Result<TenantKey> Load(const std::string& path) {
  Result<Secret> pem = ReadSecretFile(path, kMaxPem);
  if (!pem.ok() && pem.status().code() == Code::kNotFound) {
    return Status(Code::kNotFound, path, "the workspace's private key is missing",
                  "copy it from Dify's storage; without it the workspace's secrets cannot be read");
  }
  if (!pem.ok()) return pem.status();
  return TenantKey::Parse(*pem, path);
}

}  // namespace

TenantKeys::TenantKeys(std::string storage, size_t capacity)
    : storage_(WithoutSlash(std::move(storage))), capacity_(capacity) {}

Status TenantKeys::CheckStorage(const std::string& storage) {
  const std::string path = WithoutSlash(storage) + kFolder;
  DIR* const folder = opendir(path.c_str());
  if (folder != nullptr) {
    closedir(folder);
    return Status();
  }
  if (errno == ENOENT || errno == ENOTDIR) {
    return Status(Code::kNotFound, path, "there is no such folder",
                  "give the folder that Dify keeps its files in: `volumes/app/storage` beside its "
                  "compose file; from S3 and the like copy `privkeys/` into a folder of your own");
  }
  return Status(Code::kUnreadable, path, "it cannot be read: " + SystemError(errno),
                "run this as a user who may read Dify's storage (uid 1001 in its image)");
}

std::string TenantKeys::PathOf(const std::string& tenant) const {
  return storage_ + kFolder + "/" + tenant + "/private.pem";
}

Result<const TenantKey*> TenantKeys::Get(const std::string& tenant) {
  auto found = keys_.find(tenant);
  if (found == keys_.end()) {
    if (!IsUuid(tenant)) {
      return Status(Code::kInvalid, Shown(tenant), "the workspace's id is not a UUID",
                    "look at this row of the database: Dify did not write it");
    }
    if (keys_.size() >= capacity_) keys_.clear();
    Result<TenantKey> key = Load(PathOf(tenant));
    parsed_ += key.ok();
    found = keys_.emplace(tenant, std::move(key)).first;
  }
  if (!found->second.ok()) return found->second.status();
  return &*found->second;
}

bool IsUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return false;
  }
  return true;
}

}  // namespace keyrule::store
