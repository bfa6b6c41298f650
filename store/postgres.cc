// PostgreSQL through libpq. Every wait is a poll of our own: bounded, and ended by `stop`.

#include <libpq-fe.h>
#include <poll.h>

#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

#include "store/database.h"

namespace keyrule::store {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kPostgresConnectSeconds = 10;
constexpr int kSliceMs = 200;  // how late `stop` may be noticed
constexpr size_t kMaxMessage = 400;

struct PostgresFree {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
  void operator()(PGcancel* cancel) const { PQfreeCancel(cancel); }
  void operator()(char* text) const { PQfreemem(text); }
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
template <typename T>
using PostgresOwned = std::unique_ptr<T, PostgresFree>;

// One line of what libpq says.
std::string OneLine(const char* message, const DatabaseAddress& address) {
  std::string text = address.Redact(message);
  for (char& c : text) {
    if (static_cast<uint8_t>(c) < ' ') c = ' ';
  }
  while (!text.empty() && text.back() == ' ') text.pop_back();
  if (text.size() > kMaxMessage) text.resize(kMaxMessage);
  return text;
}

bool Has(const std::string& text, const char* part) {
  return text.find(part) != std::string::npos;
}

class Postgres final : public Database {
 public:
  Postgres(PostgresOwned<PGconn> connection, const DatabaseAddress& address, const std::atomic<bool>* stop)
      : connection_(std::move(connection)), address_(address), stop_(stop) {}

  Dialect dialect() const override { return Dialect::kPostgres; }

  // The walk over a large table lasts as long as what is done with its rows, so that the server's
  // own clock would end it for no reason; ours counts silence.
  Status BeginSnapshot() override {
    return Run("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; "
               "SET LOCAL statement_timeout = 0; "
               "SET LOCAL idle_in_transaction_session_timeout = 0");
  }
  Status End() override { return Run("ROLLBACK"); }

  Status Query(const std::string& sql, const DatabaseRowVisitor& visit) override {
    if (PQsendQuery(connection_.get(), sql.c_str()) != 1 ||
        PQsetSingleRowMode(connection_.get()) != 1) {
      return Failed(nullptr);
    }
    Status outcome;
    for (;;) {
      if (Status status = AwaitResult(); !status.ok()) return status;
      const PostgresOwned<PGresult> result(PQgetResult(connection_.get()));
      if (result == nullptr) return outcome;
      const ExecStatusType kind = PQresultStatus(result.get());
      if (kind == PGRES_FATAL_ERROR && outcome.ok()) outcome = Failed(result.get());
      if (kind != PGRES_SINGLE_TUPLE || !outcome.ok()) continue;
      outcome = VisitRow(result.get(), visit);
      if (!outcome.ok()) Cancel();
    }
  }

  std::string Quote(std::string_view text) override {
    const PostgresOwned<char> quoted(PQescapeLiteral(connection_.get(), text.data(), text.size()));
    return quoted == nullptr ? "''" : quoted.get();
  }

 private:
  Status Run(const char* sql) {
    return Query(sql, [](DatabaseRow) { return Status(); });
  }

  Status VisitRow(const PGresult* result, const DatabaseRowVisitor& visit) {
    const int columns = PQnfields(result);
    values_.resize(static_cast<size_t>(columns));
    for (int i = 0; i < columns; ++i) {
      std::optional<std::string_view>& value = values_[static_cast<size_t>(i)];
      if (PQgetisnull(result, 0, i) != 0) {
        value.reset();
      } else {
        value.emplace(PQgetvalue(result, 0, i), static_cast<size_t>(PQgetlength(result, 0, i)));
      }
    }
    return visit(values_);
  }

  // Until PQgetResult does not block.
  Status AwaitResult() {
    const Clock::time_point until = Clock::now() + std::chrono::seconds(kPatience);
    while (PQisBusy(connection_.get()) != 0) {
      if (stop_ != nullptr && stop_->load()) {
        Cancel();
        return Status(Code::kIo, address_.shown, "stopped", "");
      }
      if (Clock::now() > until) {
        Cancel();
        return Status(Code::kIo, address_.shown, "it did not answer for 30 seconds",
                      "look at the server's load and at locks on Dify's tables");
      }
      pollfd socket{PQsocket(connection_.get()), POLLIN, 0};
      (void)poll(&socket, 1, kSliceMs);
      if (socket.revents != 0 && PQconsumeInput(connection_.get()) != 1) return Failed(nullptr);
    }
    return Status();
  }

  void Cancel() {
    const PostgresOwned<PGcancel> cancel(PQgetCancel(connection_.get()));
    char unused[256];
    if (cancel != nullptr) (void)PQcancel(cancel.get(), unused, sizeof(unused));
  }

  Status Failed(const PGresult* result) const {
    const char* const message =
        result != nullptr ? PQresultErrorMessage(result) : PQerrorMessage(connection_.get());
    const char* const state = result != nullptr ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    const std::string_view code = state == nullptr ? "" : state;
    std::string what = OneLine(message, address_);
    if (code == "42501") {
      return Status(Code::kUnreadable, address_.shown, std::move(what),
                    "let its user read Dify's tables: GRANT SELECT ON the six tables TO it");
    }
    if (code.starts_with("42")) {
      return Status(Code::kInvalid, address_.shown, std::move(what), "is this Dify's database?");
    }
    return Status(Code::kIo, address_.shown, std::move(what), "is the server well?");
  }

  PostgresOwned<PGconn> connection_;
  const DatabaseAddress address_;
  const std::atomic<bool>* const stop_;
  std::vector<std::optional<std::string_view>> values_;
};

Status ConnectionFailed(const PGconn* connection, const DatabaseAddress& address) {
  std::string what = OneLine(PQerrorMessage(connection), address);
  if (Has(what, "authentication failed") || Has(what, "no password supplied") ||
      Has(what, "pg_hba.conf") || (Has(what, "role \"") && Has(what, "does not exist"))) {
    return Status(Code::kUnreadable, address.shown, std::move(what),
                  "give the password by --password-file, PGPASSWORD, ~/.pgpass or in the address");
  }
  if (Has(what, "database \"") && Has(what, "does not exist")) {
    return Status(Code::kNotFound, address.shown, std::move(what),
                  "name Dify's database (DB_DATABASE, usually `dify`) at the end of the address");
  }
  return Status(Code::kIo, address.shown, std::move(what),
                "is the server there, and may this machine reach it?");
}

}  // namespace

Status CheckPostgresAddress(const DatabaseAddress& address) {
  char* message = nullptr;
  const PostgresOwned<PQconninfoOption> options(PQconninfoParse(address.url.c_str(), &message));
  const PostgresOwned<char> owned(message);
  if (options != nullptr) return Status();
  if (message == nullptr) throw std::bad_alloc();
  return Status(Code::kInvalid, "--from", OneLine(message, address),
                "behind `?` stand libpq's parameters, such as sslmode=verify-full");
}

Result<std::unique_ptr<Database>> ConnectPostgres(const DatabaseAddress& address,
                                                  const std::atomic<bool>* stop) {
  // What stands before `dbname` the address may set otherwise; what stands behind it, not.
  const std::string patience = std::to_string(Database::kPatience * 1000);
  std::vector<const char*> names = {"fallback_application_name", "tcp_user_timeout", "dbname",
                                    "client_encoding"};
  std::vector<const char*> values = {"keyrule sync", patience.c_str(), address.url.c_str(), "UTF8"};
  if (!address.password.empty()) {
    names.push_back("password");
    values.push_back(address.password.c_str());
  }
  names.push_back(nullptr);
  values.push_back(nullptr);
  PostgresOwned<PGconn> connection(PQconnectStartParams(names.data(), values.data(), 1));
  if (connection == nullptr) throw std::bad_alloc();
  // libpq would print the server's notices to standard error.
  PQsetNoticeProcessor(connection.get(), [](void*, const char*) {}, nullptr);

  const Clock::time_point until = Clock::now() + std::chrono::seconds(kPostgresConnectSeconds);
  PostgresPollingStatusType next = PGRES_POLLING_WRITING;
  if (PQstatus(connection.get()) == CONNECTION_BAD) next = PGRES_POLLING_FAILED;
  while (next != PGRES_POLLING_OK) {
    if (next == PGRES_POLLING_FAILED) return ConnectionFailed(connection.get(), address);
    if (stop != nullptr && stop->load()) return Status(Code::kIo, address.shown, "stopped", "");
    if (Clock::now() > until) {
      return Status(Code::kIo, address.shown, "it did not answer for 10 seconds",
                    "is the server there, and may this machine reach it?");
    }
    const auto wanted = static_cast<short>(next == PGRES_POLLING_READING ? POLLIN : POLLOUT);
    pollfd socket{PQsocket(connection.get()), wanted, 0};
    (void)poll(&socket, 1, kSliceMs);
    if (socket.revents != 0) next = PQconnectPoll(connection.get());
  }
  return std::unique_ptr<Database>(new Postgres(std::move(connection), address, stop));
}

}  // namespace keyrule::store
