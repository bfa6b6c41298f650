// Imports and publishes for ever, until it is killed: writer_child STORE_DIR FIRST_ROUND. Before
// each publication is reported on standard output, the generation is on disk.

#include "tests/store/writer_child.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "store/writer.h"

namespace {

using keyrule::store::AsBytes;

// Returns false when the store refuses.
bool Round(keyrule::store::Writer* writer, unsigned long round) {
  for (int i = 0; i < keyrule::store::kChildRecords; ++i) {
    keyrule::store::Metadata metadata;
    metadata.tenant = "tenant-" + std::to_string(i % 7);
    metadata.provider = "openai";
    metadata.name = "name-" + std::to_string(i);
    metadata.owner = std::to_string(round);
    const std::string payload = keyrule::store::ChildPayload(round);
    if (!writer->Put(metadata, AsBytes(payload)).ok()) return false;
  }
  const auto published = writer->Publish();
  if (!published.ok()) {
    std::fprintf(stderr, "%s\n", published.status().message().c_str());
    return false;
  }
  char line[64];
  const int size =
      std::snprintf(line, sizeof line, "%lu\n", static_cast<unsigned long>(published->generation));
  return write(STDOUT_FILENO, line, static_cast<size_t>(size)) == size;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  keyrule::store::Secret key(keyrule::store::kKeySize);
  for (uint8_t& byte : key.Fill()) byte = 7;  // TestKey()
  auto writer = keyrule::store::Writer::Open(argv[1], key);
  if (!writer.ok()) {
    std::fprintf(stderr, "%s\n", writer.status().message().c_str());
    return 3;
  }
  for (unsigned long round = std::strtoul(argv[2], nullptr, 10);; ++round) {
    if (!Round(writer->get(), round)) return 4;
  }
}
