#include "store/database.h"

namespace keyrule::store {

Status CheckDatabaseAddress(const DatabaseAddress& address) {
  if (address.kind == DatabaseAddress::Kind::kPostgres) return CheckPostgresAddress(address);
  return CheckMysqlAddress(address);
}

Result<std::unique_ptr<Database>> ConnectDatabase(const DatabaseAddress& address,
                                                  const std::atomic<bool>* stop) {
  if (address.kind == DatabaseAddress::Kind::kPostgres) return ConnectPostgres(address, stop);
  return ConnectMysql(address, stop);
}

}  // namespace keyrule::store
