// Reading a host's database: PostgreSQL through libpq, MySQL and MariaDB through libmariadb, behind
// one interface. Nothing here ever writes to a database.

#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "store/database_address.h"
#include "store/status.h"

namespace keyrule::store {

// A row's values as text, in the order of the query; nothing for NULL. Valid during the call.
using DatabaseRow = std::span<const std::optional<std::string_view>>;

// Called for each row; a bad status ends the query and becomes its result.
using DatabaseRowVisitor = std::function<Status(DatabaseRow)>;

// One connection. One thread at a time. Errors never hold the password or a value of a row; kIo
// when the server is gone or silent for too long, kUnreadable when it refuses who asks, kInvalid
// when it does not understand the query.
class Database {
 public:
  enum class Dialect { kPostgres, kMysql };

  // No answer for so long, in seconds, and the connection is given up.
  static constexpr int kPatience = 30;

  virtual ~Database() = default;

  virtual Dialect dialect() const = 0;

  // Begins a transaction that reads one state of the database, whatever others write meanwhile, and
  // cannot write. End() it before the next.
  virtual Status BeginSnapshot() = 0;
  virtual Status End() = 0;

  // Runs one SELECT and hands over its rows as they arrive: memory does not grow with their number.
  virtual Status Query(const std::string& sql, const DatabaseRowVisitor& visit) = 0;

  // `text` as a literal of SQL, quotes included.
  virtual std::string Quote(std::string_view text) = 0;
};

// Are the parameters in the address such as its driver knows? kInvalid with the place `--from`. Asks no
// server.
Status CheckDatabaseAddress(const DatabaseAddress& address);

// Connects. `stop`, when it turns true, ends waiting for the server with kIo; it must outlive the
// connection and may be null.
Result<std::unique_ptr<Database>> ConnectDatabase(const DatabaseAddress& address,
                                                  const std::atomic<bool>* stop);

// The drivers behind them.
Status CheckPostgresAddress(const DatabaseAddress& address);
Status CheckMysqlAddress(const DatabaseAddress& address);
Result<std::unique_ptr<Database>> ConnectPostgres(const DatabaseAddress& address,
                                                  const std::atomic<bool>* stop);
Result<std::unique_ptr<Database>> ConnectMysql(const DatabaseAddress& address,
                                               const std::atomic<bool>* stop);

}  // namespace keyrule::store
