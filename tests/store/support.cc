#include "tests/store/support.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

namespace keyrule::store {

namespace fs = std::filesystem;

TempDir::TempDir(Where where) {
  const bool memory = where == Where::kMemory && access("/dev/shm", W_OK) == 0;
  const fs::path below = memory ? fs::path("/dev/shm") : fs::temp_directory_path();
  std::string name = (below / "keyrule_store_XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

int InChild(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(body());
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Secret TestKey(uint8_t fill) {
  Secret key(kKeySize, Secret::OnFork::kKeep);
  for (uint8_t& byte : key.Fill()) byte = fill;
  return key;
}

std::string Text(const Secret& secret) { return std::string(AsText(secret.Expose())); }

Secret SecretText(std::string_view text) { return Secret::CopyOf(AsBytes(text)); }

std::string Hex(std::string_view hex) {
  std::string bytes(hex.size() / 2, '\0');
  EXPECT_TRUE(FromHex(hex, {reinterpret_cast<uint8_t*>(bytes.data()), bytes.size()}));
  return bytes;
}

Metadata SampleMetadata(std::string tenant, std::string provider, std::string name) {
  Metadata metadata;
  metadata.tenant = std::move(tenant);
  metadata.provider = std::move(provider);
  metadata.name = std::move(name);
  metadata.labels = {{"region", "eu"}};
  metadata.weight = 3;
  return metadata;
}

std::string SamplePayload(std::string_view tenant, std::string_view name) {
  return "{\"openai_api_key\":\"sk-" + std::string(tenant) + "-" + std::string(name) + "\"}";
}

PutOutcome PutSample(Writer* writer, const Metadata& metadata) {
  Result<PutOutcome> put =
      writer->Put(metadata, AsBytes(SamplePayload(metadata.tenant, metadata.name)));
  EXPECT_TRUE(put.ok()) << put.status().message();
  return put.ok() ? *put : PutOutcome::kUnchanged;
}

std::unique_ptr<Writer> MustWrite(const std::string& dir, const Secret& key) {
  Result<std::unique_ptr<Writer>> writer = Writer::Open(dir, key);
  EXPECT_TRUE(writer.ok()) << writer.status().message();
  return writer.ok() ? *std::move(writer) : nullptr;
}

std::unique_ptr<Reader> MustRead(const std::string& dir, const Secret& key) {
  Result<std::unique_ptr<Reader>> reader = Reader::Open(dir, key);
  EXPECT_TRUE(reader.ok()) << reader.status().message();
  return reader.ok() ? *std::move(reader) : nullptr;
}

void MakeSampleStore(const std::string& dir, const Secret& key, int tenants) {
  const std::unique_ptr<Writer> writer = MustWrite(dir, key);
  ASSERT_NE(writer, nullptr);
  for (int i = 0; i < tenants; ++i) {
    const std::string tenant = "tenant-" + std::to_string(i);
    for (const char* name : {"alpha", "beta", "gamma"}) {
      for (const char* provider : {"openai", "gemini"}) {
        Metadata metadata = SampleMetadata(tenant, provider, name);
        if (i == 0) metadata.shared_with = {"*"};
        PutSample(writer.get(), metadata);
      }
    }
  }
  Result<Published> published = writer->Publish();
  ASSERT_TRUE(published.ok()) << published.status().message();
}

std::vector<std::string> CandidateNames(const Reader& reader, std::string_view tenant,
                                        std::string_view provider) {
  std::vector<std::string> names;
  const Status status = reader.Candidates(tenant, provider, [&names](const Metadata& metadata) {
    names.push_back(metadata.tenant + "/" + metadata.name);
    return true;
  });
  EXPECT_TRUE(status.ok()) << status.message();
  return names;
}

void WriteFile(const std::string& path, std::string_view content) {
  FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr) << path;
  std::fwrite(content.data(), 1, content.size(), file);
  std::fclose(file);
}

std::string ReadFile(const std::string& path) {
  std::string content;
  FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return content;
  char buffer[65536];
  for (size_t got = 1; got > 0;) {
    got = std::fread(buffer, 1, sizeof buffer, file);
    content.append(buffer, got);
  }
  std::fclose(file);
  return content;
}

std::map<std::string, std::string> AllFiles(const std::string& dir) {
  std::map<std::string, std::string> files;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(dir)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), dir).string()] = ReadFile(entry.path().string());
    }
  }
  return files;
}

void CopyTree(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  fs::copy(from, to, fs::copy_options::recursive);
}

}  // namespace keyrule::store
