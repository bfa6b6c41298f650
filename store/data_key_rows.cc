#include "store/data_key_rows.h"

#include <memory>
#include <utility>

#include "store/bytes.h"
#include "store/record.h"
#include "store/row_key.h"

namespace keyrule::store {

Result<FreshDataKey> MakeDataKey(const StoreKeys& keys, const std::string& tenant,
                                 uint32_t number) {
  FreshDataKey fresh{Secret(kKeySize), {}};
  if (!RandomBytes(fresh.key.Fill())) {
    return Status(Code::kIo, Shown(tenant), "the system gives no random bytes", "");
  }
  Result<std::string> box =
      SealBox(keys.wrap_key(), number, DataKeyContext(keys.id(), tenant), fresh.key.Expose());
  if (!box.ok()) return box.status();
  fresh.box = *std::move(box);
  return fresh;
}

Result<std::vector<DataKeyNumbers>> FindDataKeys(rocksdb::DB* db, const std::string* tenant) {
  std::vector<DataKeyNumbers> found;
  const std::string prefix =
      tenant == nullptr ? RowKey(RowKind::kDataKey, {}) : RowKey(RowKind::kDataKey, {*tenant});
  const std::string after = AfterPrefix(prefix);
  const rocksdb::Slice upper(after);
  const std::unique_ptr<rocksdb::Iterator> rows(db->NewIterator(CheckedReads(&upper)));
  for (rows->Seek(prefix); rows->Valid(); rows->Next()) {
    RowKind kind;
    std::vector<std::string_view> parts;
    if (!SplitRowKey(rows->key().ToStringView(), &kind, &parts)) {
      return DamagedRecord(db->GetName(), "the row of a data key is damaged");
    }
    ByteReader number(parts[1]);
    if (found.empty() || found.back().tenant != parts[0]) {
      found.push_back({std::string(parts[0]), {}});
    }
    found.back().numbers.push_back(number.U32());
  }
  if (!rows->status().ok()) return FromRocks(rows->status(), db->GetName());
  return found;
}

std::string EncodeSeals(uint64_t seals) {
  std::string value;
  PutU64(&value, seals);
  return value;
}

Result<uint64_t> DecodeSeals(const rocksdb::Status& got, const std::string& value,
                             const std::string& tenant) {
  if (got.IsNotFound()) return uint64_t{0};
  if (!got.ok()) return FromRocks(got, Shown(tenant));
  ByteReader reader(value);
  const uint64_t seals = reader.U64();
  if (!reader.at_end()) return DamagedRecord(Shown(tenant), "its count of seals is damaged");
  return seals;
}

}  // namespace keyrule::store
