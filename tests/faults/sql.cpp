#include "faults/sql.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include "jobflip/base/time.hpp"

namespace jobflip::faults {
namespace {

constexpr Millis kPatience{
    6000};  // the server's own limit has no effect while the server is stopped
using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

bool has_answered(PGconn* connection) {
  const Instant give_up = BootClock::now() + kPatience;
  while (PQisBusy(connection) != 0) {
    const auto left = std::chrono::duration_cast<Millis>(give_up - BootClock::now()).count();
    pollfd look{PQsocket(connection), POLLIN, 0};
    if (left <= 0 || ::poll(&look, 1, static_cast<int>(left)) != 1) return false;
    if (PQconsumeInput(connection) == 0) return false;
  }
  return true;
}

/// The last result, as PQexec returns it; empty if the server did not answer in time.
Result run(PGconn* connection, const std::string& statement) {
  Result last(nullptr, &PQclear);
  if (PQsendQuery(connection, statement.c_str()) == 0) return last;
  for (;;) {
    if (!has_answered(connection)) return {nullptr, &PQclear};
    Result next(PQgetResult(connection), &PQclear);
    if (!next) return last;
    last = std::move(next);
  }
}

}  // namespace

Sql::Sql(const std::string& conninfo)
    : conninfo_{conninfo +
                " connect_timeout=2 application_name=faults options='-c statement_timeout=5s "
                "-c client_min_messages=warning'"} {}

std::optional<Rows> Sql::ask(const std::string& statement) {
  if (!connection_) {
    connection_ = {PQconnectdb(conninfo_.c_str()), &PQfinish};
    PQsetNoticeProcessor(
        connection_.get(), [](void*, const char*) {}, nullptr);
  }
  const auto result = run(connection_.get(), statement);
  const auto status = PQresultStatus(result.get());
  if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
    why_ = PQerrorMessage(connection_.get());
    if (!result || PQstatus(connection_.get()) != CONNECTION_OK) connection_.reset();
    return std::nullopt;
  }
  Rows rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    rows.emplace_back();
    for (int column = 0; column < PQnfields(result.get()); ++column)
      rows.back().emplace_back(PQgetvalue(result.get(), row, column));
  }
  return rows;
}

}  // namespace jobflip::faults
