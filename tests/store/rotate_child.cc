// Programs for the tests of rotation, each a process of its own:
//
//   rotate_child rotate STORE KEY ROUNDS   changes master key and data keys ROUNDS times (0: for
//                                          ever), as an operator would, with commits of a few rows;
//                                          one line of output for each round
//   rotate_child read STORE KEY            opens the store anew and reads all of it, and reads what
//                                          it opened first again, until standard input is closed;
//                                          one line for each round, with the generation
//
// KEY is a key file; the next one is made beside it and moved into its place.

#include "tests/store/rotate_child.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/key_provider.h"
#include "store/master_keys.h"
#include "store/reader.h"
#include "store/writer.h"

namespace keyrule::store {
namespace {

int Fail(const char* what, const Status& status) {
  std::fprintf(stderr, "%s: %s\n", what, status.message().c_str());
  return 1;
}

void Say(const std::string& line) {
  const std::string text = line + "\n";
  if (write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(9);
}

int RotateMasterKey(const std::string& dir, const std::string& path) {
  Result<Secret> old_key = LoadMasterKey(path);
  if (!old_key.ok()) return Fail("load", old_key.status());
  const std::string fresh = path + ".next";
  // Left by one that was killed: it goes on with the same key.
  if (Status made = CreateMasterKey(fresh); !made.ok() && made.code() != Code::kExists) {
    return Fail("make", made);
  }
  Result<Secret> new_key = LoadMasterKey(fresh);
  if (!new_key.ok()) return Fail("load the new", new_key.status());
  Result<MasterKeys> added = AddMasterKey(dir, *old_key, *new_key);
  if (!added.ok()) return Fail("add", added.status());
  if (std::rename(fresh.c_str(), path.c_str()) != 0) return 1;
  Result<MasterKeys> retired = RetireMasterKeys(dir, *new_key);
  return retired.ok() ? 0 : Fail("retire", retired.status());
}

int RotateData(const std::string& dir, const std::string& path) {
  Result<Secret> key = LoadMasterKey(path);
  if (!key.ok()) return Fail("load", key.status());
  Result<std::unique_ptr<Writer>> writer = Writer::Open(dir, *key);
  if (!writer.ok()) return Fail("open", writer.status());
  Result<DataKeyRotation> done = (*writer)->RotateDataKeys({"", kChildBatch});
  if (!done.ok()) return Fail("rotate", done.status());
  Say((done->resumed ? "resumed " : "rotated ") + std::to_string(done->published.generation));
  return 0;
}

int Rotate(const std::string& dir, const std::string& path, long rounds) {
  for (long round = 0; rounds == 0 || round < rounds; ++round) {
    if (const int code = RotateMasterKey(dir, path); code != 0) return code;
    if (const int code = RotateData(dir, path); code != 0) return code;
  }
  return 0;
}

int ReadAll(const Reader& reader) {
  int wrong = 0;
  uint64_t seen = 0;
  const Status status = reader.List([&](const Metadata& metadata) {
    ++seen;
    Result<Secret> payload = reader.OpenPayload(metadata.tenant, metadata.key());
    const bool right = payload.ok() && AsText(payload->Expose()) == RotatedPayload(metadata) &&
                       metadata.version == 1;
    if (!right && ++wrong == 1) {
      std::fprintf(stderr, "%s: %s\n", metadata.name.c_str(),
                   payload.ok() ? "another payload" : payload.status().message().c_str());
    }
    return true;
  });
  if (!status.ok()) return Fail("list", status);
  return wrong == 0 && seen == reader.records() ? 0 : 1;
}

int Read(const std::string& dir, const std::string& path) {
  if (fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK) != 0) return 2;
  std::unique_ptr<Reader> first;
  for (char c; read(STDIN_FILENO, &c, 1) != 0;) {
    Result<Secret> key = LoadMasterKey(path);
    if (!key.ok()) return Fail("load", key.status());
    Result<std::unique_ptr<Reader>> reader = Reader::Open(dir, *key);
    if (!reader.ok()) return Fail("open", reader.status());
    if (ReadAll(**reader) != 0) return 1;
    Say(std::to_string((*reader)->generation()));
    if (first == nullptr) first = *std::move(reader);
    if (ReadAll(*first) != 0) return 1;
  }
  return 0;
}

int Main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "rotate" && argc == 5) return Rotate(argv[2], argv[3], std::atol(argv[4]));
  if (what == "read" && argc == 4) return Read(argv[2], argv[3]);
  return 2;
}

}  // namespace
}  // namespace keyrule::store

int main(int argc, char** argv) { return keyrule::store::Main(argc, argv); }
