// MySQL and MariaDB through libmariadb.

#include <mysql.h>
#include <mysqld_error.h>

#include <array>
#include <cstdlib>
#include <utility>
#include <vector>

#include "store/database.h"
#include "store/nearest.h"
#include "store/record.h"

namespace keyrule::store {
namespace {

constexpr unsigned kMysqlConnectSeconds = 10;

struct MysqlFree {
  void operator()(MYSQL* connection) const { mysql_close(connection); }
  void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};
template <typename T>
using MysqlOwned = std::unique_ptr<T, MysqlFree>;

Status Failed(MYSQL* connection, const DatabaseAddress& address) {
  std::string what = address.Redact(mysql_error(connection));
  switch (mysql_errno(connection)) {
    case ER_ACCESS_DENIED_ERROR:
    case ER_ACCESS_DENIED_NO_PASSWORD_ERROR:
      return Status(Code::kUnreadable, address.shown, std::move(what),
                    "give the password by --password-file, MYSQL_PWD or in the address");
    case ER_DBACCESS_DENIED_ERROR:
    case ER_TABLEACCESS_DENIED_ERROR:
    case ER_COLUMNACCESS_DENIED_ERROR:
      return Status(Code::kUnreadable, address.shown, std::move(what),
                    "let its user read Dify's tables: GRANT SELECT ON the six tables TO it");
    case ER_BAD_DB_ERROR:
    case ER_NO_DB_ERROR:
      return Status(Code::kNotFound, address.shown, std::move(what),
                    "name Dify's database (DB_DATABASE, usually `dify`) at the end of the address");
    case ER_NO_SUCH_TABLE:
    case ER_BAD_FIELD_ERROR:
    case ER_PARSE_ERROR:
      return Status(Code::kInvalid, address.shown, std::move(what), "is this Dify's database?");
    default:
      return Status(Code::kIo, address.shown, std::move(what),
                    "is the server there, and may this machine reach it?");
  }
}

class Mysql final : public Database {
 public:
  Mysql(MysqlOwned<MYSQL> connection, const DatabaseAddress& address, const std::atomic<bool>* stop)
      : connection_(std::move(connection)), address_(address), stop_(stop) {}

  Dialect dialect() const override { return Dialect::kMysql; }

  Status BeginSnapshot() override {
    for (const char* sql : {"SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                            // While rows are worked on the server waits to send the next.
                            "SET SESSION net_write_timeout = 600",
                            "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY"}) {
      if (Status status = Run(sql); !status.ok()) return status;
    }
    return Status();
  }
  Status End() override { return Run("ROLLBACK"); }

  Status Query(const std::string& sql, const DatabaseRowVisitor& visit) override {
    if (mysql_real_query(connection_.get(), sql.data(), sql.size()) != 0) return Failure();
    const MysqlOwned<MYSQL_RES> result(mysql_use_result(connection_.get()));
    if (result == nullptr) {
      return mysql_errno(connection_.get()) == 0 ? Status() : Failure();
    }
    const unsigned columns = mysql_num_fields(result.get());
    values_.resize(columns);
    while (MYSQL_ROW row = mysql_fetch_row(result.get())) {
      if (stop_ != nullptr && stop_->load()) return Status(Code::kIo, address_.shown, "stopped", "");
      const unsigned long* const sizes = mysql_fetch_lengths(result.get());
      for (unsigned i = 0; i < columns; ++i) {
        if (row[i] == nullptr) {
          values_[i].reset();
        } else {
          values_[i].emplace(row[i], sizes[i]);
        }
      }
      if (Status status = visit(values_); !status.ok()) return status;
    }
    return mysql_errno(connection_.get()) == 0 ? Status() : Failure();
  }

  std::string Quote(std::string_view text) override {
    std::string quoted(text.size() * 2 + 3, '\0');
    quoted.front() = '\'';
    const unsigned long size =
        mysql_real_escape_string(connection_.get(), quoted.data() + 1, text.data(), text.size());
    quoted.resize(size + 1);
    quoted.push_back('\'');
    return quoted;
  }

 private:
  Status Failure() { return Failed(connection_.get(), address_); }
  Status Run(const char* sql) {
    return Query(sql, [](DatabaseRow) { return Status(); });
  }

  MysqlOwned<MYSQL> connection_;
  const DatabaseAddress address_;
  const std::atomic<bool>* const stop_;
  std::vector<std::optional<std::string_view>> values_;
};

// What stands behind `?`, in the words of MySQL's own command.
struct Parameters {
  std::string socket;
};

// "SSL_MODE" and "ssl-mode" are one.
std::string Normal(std::string text) {
  for (char& c : text) {
    if (c == '_') c = '-';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

Status Unknown(std::string_view written) {
  constexpr std::array<std::string_view, 5> kKnown = {"socket", "ssl-ca", "ssl-cert", "ssl-key",
                                                      "ssl-mode"};
  const std::string near(NearestName(Normal(std::string(written)), kKnown));
  return Status(Code::kInvalid, "--from",
                "`" + Shown(written) + "` is not a parameter of a mysql:// address",
                near.empty() ? "known are: socket, ssl-ca, ssl-cert, ssl-key, ssl-mode"
                             : "did you mean `" + near + "`?");
}

Status ApplyMode(const std::string& mode, MYSQL* connection) {
  const my_bool yes = 1;
  if (mode == "disabled") return Status();
  // With nothing named, this is how TLS is asked for where the server has it.
  mysql_ssl_set(connection, nullptr, nullptr, nullptr, nullptr, nullptr);
  if (mode == "preferred") return Status();
  mysql_optionsv(connection, MYSQL_OPT_SSL_ENFORCE, &yes);
  if (mode == "required") return Status();
  mysql_optionsv(connection, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
  if (mode == "verify-ca" || mode == "verify-identity") return Status();
  return Status(Code::kInvalid, "--from", "`" + Shown(mode) + "` is not an ssl-mode",
                "write disabled, preferred, required, verify-ca or verify-identity");
}

Status Apply(const DatabaseAddress& address, MYSQL* connection, Parameters* parameters) {
  std::string mode = "preferred";
  for (const auto& [name, value] : address.parameters) {
    if (Normal(name) == "ssl-mode") mode = Normal(value);
  }
  if (Status status = ApplyMode(mode, connection); !status.ok()) return status;
  for (const auto& [written, value] : address.parameters) {
    const std::string name = Normal(written);
    if (name == "ssl-mode" || name == "charset") continue;  // it is utf8mb4 in any case
    if (name == "socket" || name == "unix-socket") {
      parameters->socket = value;
    } else if (name == "ssl-ca") {
      mysql_optionsv(connection, MYSQL_OPT_SSL_CA, value.c_str());
    } else if (name == "ssl-cert") {
      mysql_optionsv(connection, MYSQL_OPT_SSL_CERT, value.c_str());
    } else if (name == "ssl-key") {
      mysql_optionsv(connection, MYSQL_OPT_SSL_KEY, value.c_str());
    } else {
      return Unknown(written);
    }
  }
  return Status();
}

}  // namespace

Status CheckMysqlAddress(const DatabaseAddress& address) {
  const MysqlOwned<MYSQL> connection(mysql_init(nullptr));
  if (connection == nullptr) throw std::bad_alloc();
  Parameters parameters;
  return Apply(address, connection.get(), &parameters);
}

Result<std::unique_ptr<Database>> ConnectMysql(const DatabaseAddress& address,
                                               const std::atomic<bool>* stop) {
  MysqlOwned<MYSQL> connection(mysql_init(nullptr));
  if (connection == nullptr) throw std::bad_alloc();
  const unsigned patience = Database::kPatience;
  const unsigned no = 0;
  mysql_optionsv(connection.get(), MYSQL_OPT_CONNECT_TIMEOUT, &kMysqlConnectSeconds);
  mysql_optionsv(connection.get(), MYSQL_OPT_READ_TIMEOUT, &patience);
  mysql_optionsv(connection.get(), MYSQL_OPT_WRITE_TIMEOUT, &patience);
  mysql_optionsv(connection.get(), MYSQL_SET_CHARSET_NAME, "utf8mb4");
  // A server could ask for files of ours.
  mysql_optionsv(connection.get(), MYSQL_OPT_LOCAL_INFILE, &no);
  Parameters parameters;
  if (Status status = Apply(address, connection.get(), &parameters); !status.ok()) return status;
  DatabaseAddress known = address;  // with its password, so that it can be taken out of messages
  const char* const from_environment = std::getenv("MYSQL_PWD");
  if (known.password.empty() && from_environment != nullptr) known.password = from_environment;
  const auto text = [](const std::string& value) { return value.empty() ? nullptr : value.c_str(); };
  if (mysql_real_connect(connection.get(), text(known.host), text(known.user),
                         known.password.c_str(), text(known.database), known.port,
                         text(parameters.socket), 0) == nullptr) {
    return Failed(connection.get(), known);
  }
  return std::unique_ptr<Database>(new Mysql(std::move(connection), known, stop));
}

}  // namespace keyrule::store
