// Publishes generation after generation: publisher STORE COUNT [PAUSE_MS]. Credential a of tenant t1 opens to
// {"generation":"N"} in generation N, and b is enabled in every even one. For each it prints its number, how many older
// ones are held, and how many lie on the disk.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "store/key_provider.h"
#include "store/reader.h"
#include "store/writer.h"

namespace {

namespace store = keyrule::store;

bool Put(store::Writer* writer, const char* name, bool enabled, const std::string& payload) {
  store::Metadata metadata;
  metadata.tenant = "t1";
  metadata.provider = "openai";
  metadata.name = name;
  metadata.id = std::string("id-") + name;
  metadata.enabled = enabled;
  const auto put = writer->Put(metadata, store::AsBytes(payload));
  if (!put.ok()) std::fprintf(stderr, "%s\n", put.status().message().c_str());
  return put.ok();
}

int Run(const std::string& dir, int count, useconds_t pause) {
  const auto key = store::LoadMasterKey(dir + ".key");
  if (!key.ok()) return 3;
  auto writer = store::Writer::Open(dir, *key);
  if (!writer.ok()) {
    std::fprintf(stderr, "%s\n", writer.status().message().c_str());
    return 3;
  }
  const auto published = store::Reader::PublishedGeneration(dir);
  uint64_t next = published.ok() ? *published + 1 : 1;
  for (int i = 0; i < count; ++i, ++next) {
    const std::string payload = "{\"generation\":\"" + std::to_string(next) + "\"}";
    if (!Put(writer->get(), "a", true, payload) || !Put(writer->get(), "b", next % 2 == 0, payload)) {
      return 4;
    }
    const auto done = (*writer)->Publish();
    if (!done.ok() || done->generation != next || !done->warning.empty()) {
      std::fprintf(stderr, "%s\n", done.ok() ? done->warning.c_str() : done.status().message().c_str());
      return 5;
    }
    long on_disk = 0;
    for (const auto& entry : std::filesystem::directory_iterator(dir + "/generations")) {
      on_disk += entry.is_directory();
    }
    std::printf("%llu %llu %ld\n", static_cast<unsigned long long>(next),
                static_cast<unsigned long long>(done->held), on_disk);
    std::fflush(stdout);
    usleep(pause);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  return Run(argv[1], std::atoi(argv[2]),
             argc > 3 ? static_cast<useconds_t>(std::atoi(argv[3])) * 1000 : 0);
}
