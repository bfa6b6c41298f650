// Programs for the tests of faults, each a process of its own, to be killed or given damaged files:
//
//   fault_child write STORE KEY SEED FIRST   does the operations of SEED (operations.h) from FIRST on,
//                                            for ever; "begin N" and "done N" on standard output
//   fault_child finish STORE KEY             what the next writer does: opens the store, publishes
//   fault_child import STORE KEY FILE        what `keyrule import` does with a store that may be bad
//   fault_child read STORE KEY               what a host sees: "generation N", then for each usable
//                                            credential its name, owner and payload, then "verified"
//   fault_child host STORE KEY               the same for each line of input, of the generation that it
//                                            opened first; then a line with a full stop, or why not
//
// KEY is a key file. 0: done; 4: the store refused, and standard error says why in one line.

#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "store/import.h"
#include "store/key_provider.h"
#include "store/master_keys.h"
#include "store/reader.h"
#include "store/revoke.h"
#include "store/writer.h"
#include "tests/store/faults/operations.h"

namespace keyrule::store {
namespace {

void Say(const std::string& line) {
  const std::string text = line + "\n";
  if (write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(9);
}

Secret CopyOf(std::string_view text) { return Secret::CopyOf(AsBytes(text)); }

Status RotateMasterKey(const std::string& dir, const std::string& path, Secret* key) {
  const std::string fresh = path + ".next";
  // Left by one that was killed: it goes on with the same key.
  if (Status made = CreateMasterKey(fresh); !made.ok() && made.code() != Code::kExists) return made;
  Result<Secret> new_key = LoadMasterKey(fresh);
  if (!new_key.ok()) return new_key.status();
  if (Status added = AddMasterKey(dir, *key, *new_key).status(); !added.ok()) return added;
  if (std::rename(fresh.c_str(), path.c_str()) != 0) {
    return Status(Code::kIo, fresh, "it cannot be moved", "");
  }
  *key = *std::move(new_key);
  return RetireMasterKeys(dir, *key).status();
}

// As an import file, which is checked and committed as one step.
Status Import(Writer* writer, const Operation& operation, const Step& step) {
  std::string json = "{\"credentials\": [";
  for (const Change& change : step) {
    const Metadata metadata = MetadataOf(change.credential, operation.number);
    if (json.back() == '}') json += ",\n";
    json += "{\"tenant\": \"" + metadata.tenant + "\", \"provider\": \"" + metadata.provider +
            "\", \"name\": \"" + metadata.name + "\", \"owner\": \"" + metadata.owner +
            "\", \"weight\": 1, \"credentials\": " +
            PayloadOf(change.credential, operation.number) + "}";
  }
  return ImportCredentials(ParseImport(CopyOf(json + "]}")), "operation", writer).status;
}

Status Stage(Writer* writer, const Operation& operation, const Change& change) {
  const CredentialKey key = KeyOf(change.credential);
  Status status;
  switch (change.kind) {
    case ChangeKind::kPut:
      return writer
          ->Put(MetadataOf(change.credential, operation.number),
                AsBytes(PayloadOf(change.credential, operation.number)))
          .status();
    case ChangeKind::kRemove:
      status = writer->Remove(key);
      break;
    case ChangeKind::kHold:
    case ChangeKind::kRelease:
      status = writer->SetEnabled(key, change.kind == ChangeKind::kRelease);
      break;
  }
  return status.code() == Code::kNotFound ? Status() : status;
}

Status Publish(Writer* writer) { return writer->Publish().status(); }

Status Do(const std::string& dir, const std::string& path, const Operation& operation,
          Secret* key) {
  if (operation.act == Act::kMasterKey) return RotateMasterKey(dir, path, key);
  if (operation.act == Act::kRevoke || operation.act == Act::kDisable) {
    std::vector<CredentialKey> keys;
    for (const Change& change : operation.steps[0]) keys.push_back(KeyOf(change.credential));
    const Withdrawal kind =
        operation.act == Act::kRevoke ? Withdrawal::kRevoke : Withdrawal::kDisable;
    if (Status status = Withdraw(dir, *key, kind, keys).status(); !status.ok()) return status;
  }
  Result<std::unique_ptr<Writer>> writer = Writer::Open(dir, *key);
  if (!writer.ok()) return writer.status();
  switch (operation.act) {
    case Act::kImport:
      if (Status status = Import(writer->get(), operation, operation.steps[0]); !status.ok()) {
        return status;
      }
      break;
    case Act::kSync:
    case Act::kEnable:
      for (const Step& step : operation.steps) {
        for (const Change& change : step) {
          Status status = Stage(writer->get(), operation, change);
          if (!status.ok()) return status;
        }
        if (Status status = (*writer)->Commit(); !status.ok()) return status;
      }
      break;
    case Act::kDataKeys:
      return (*writer)->RotateDataKeys({"", 4000}).status();  // commits of a few rows
    default:
      break;
  }
  return Publish(writer->get());
}

Status Write(const std::string& dir, const std::string& path, uint32_t seed, unsigned long first,
             Secret* key) {
  for (unsigned long number = first;; ++number) {
    Say("begin " + std::to_string(number));
    if (Status status = Do(dir, path, OperationOf(seed, number), key); !status.ok()) return status;
    Say("done " + std::to_string(number));
  }
}

Status Finish(const std::string& dir, const Secret& key) {
  Result<std::unique_ptr<Writer>> writer = Writer::Open(dir, key);
  return writer.ok() ? Publish(writer->get()) : writer.status();
}

Status ImportFileInto(const std::string& dir, const std::string& file, const Secret& key) {
  Result<std::unique_ptr<Writer>> writer = Writer::Open(dir, key);
  if (!writer.ok()) return writer.status();
  if (Status status = ImportCredentials(file, writer->get()).status; !status.ok()) return status;
  return Publish(writer->get());
}

Status ReadAll(const Reader& reader) {
  Say("generation " + std::to_string(reader.generation()));
  Status bad;
  const Status listed = reader.List([&](const Metadata& metadata) {
    if (!metadata.usable() || reader.IsRevoked(metadata)) return true;
    Result<Secret> payload = reader.OpenPayload(metadata.tenant, metadata.key());
    if (!payload.ok()) {
      bad = payload.status();
      return false;
    }
    Say(metadata.name + " " + metadata.owner + " " + std::string(AsText(payload->Expose())));
    return true;
  });
  if (!listed.ok()) return listed;
  if (!bad.ok()) return bad;
  if (Status status = reader.Verify(); !status.ok()) return status;
  Say("verified");
  return Status();
}

Status Read(const std::string& dir, const Secret& key) {
  Result<std::unique_ptr<Reader>> reader = Reader::Open(dir, key);
  return reader.ok() ? ReadAll(**reader) : reader.status();
}

Status Host(const std::string& dir, const Secret& key) {
  Result<std::unique_ptr<Reader>> reader = Reader::Open(dir, key);
  if (!reader.ok()) return reader.status();
  Say("ready");
  for (char c; read(STDIN_FILENO, &c, 1) == 1;) {
    const Status status = ReadAll(**reader);
    Say(status.ok() ? "." : status.message());
  }
  return Status();
}

int Main(int argc, char** argv) {
  const std::string_view what = argc > 3 ? argv[1] : "";
  alarm(120);  // whoever hangs is found by this
  Result<Secret> key = argc > 3 ? LoadMasterKey(argv[3])
                                : Result<Secret>(Status(Code::kInvalid, "", "wrong usage", ""));
  Status status = key.status();
  if (key.ok()) {
    status = Status(Code::kInvalid, argv[1], "no such program", "");
    if (what == "write" && argc == 6) {
      status = Write(argv[2], argv[3], static_cast<uint32_t>(std::strtoul(argv[4], nullptr, 10)),
                     std::strtoul(argv[5], nullptr, 10), &*key);
    }
    if (what == "finish" && argc == 4) status = Finish(argv[2], *key);
    if (what == "import" && argc == 5) status = ImportFileInto(argv[2], argv[4], *key);
    if (what == "read" && argc == 4) status = Read(argv[2], *key);
    if (what == "host" && argc == 4) status = Host(argv[2], *key);
  }
  if (status.ok()) return 0;
  std::fprintf(stderr, "%s\n", status.message().c_str());
  return status.code() == Code::kInvalid ? 2 : 4;
}

}  // namespace
}  // namespace keyrule::store

int main(int argc, char** argv) { return keyrule::store::Main(argc, argv); }
