// What a server may send for one call: what it says must be an answer, come in time, and fit.

#include <libpq-fe.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include "jobflip/pg/connection.hpp"
#include "pg/row_collector.hpp"

namespace jobflip::pg {
namespace {

constexpr int kMostResults = 100;  // a call has a handful of statements

/// A session that was sent so much is left after its call: libpq keeps the memory of its longest
/// message, and every parameter that a server has ever named.
constexpr std::uint64_t kMuchInAll = 16 * 1024 * 1024;

// a table whose rows are hidden from this login is an error, and not an empty table
constexpr const char* kBegin =
    "begin isolation level read committed read only; set local row_security = off";
// in the transaction: behind a pooler, the session is another one each time
constexpr const char* kBeginWithCatalogOnly =
    "begin isolation level read committed read only; "
    "set local search_path = pg_catalog, pg_temp";

bool is_copy(const PGresult* result) {
  const auto status = PQresultStatus(result);
  return status == PGRES_COPY_IN || status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH;
}

}  // namespace

/// What the peer has sent since the session began, as the kernel counts it; 0 for a unix socket.
std::uint64_t Connection::received() const noexcept {
  tcp_info info{};
  socklen_t length = sizeof info;
  if (connection_ == nullptr ||
      ::getsockopt(PQsocket(connection_), IPPROTO_TCP, TCP_INFO, &info, &length) != 0)
    return 0;
  return info.tcpi_bytes_received;
}

bool Connection::has_sent_too_much() const noexcept {
  return rules_.most_bytes > 0 && received() > received_before_ + rules_.most_bytes;
}

Error Connection::too_much(std::string_view what) {
  close();
  return {ErrorCode::store_failed,
          std::string{what} + ": the server sent more than " + std::to_string(rules_.most_bytes) +
              " bytes",
          "one row for each queue is enough, and short texts in it"};
}

/// Waits until a result is there, or the end. The loops that call it end without a wait, too: they
/// count what comes.
std::optional<Error> Connection::await_result(std::string_view what) {
  while (PQisBusy(connection_) != 0) {
    const auto wait = wait_for(POLLIN);
    if (wait != Wait::ready) return ended(what, wait);
    if (PQconsumeInput(connection_) == 0) return broken(what);
    if (has_sent_too_much()) return too_much(what);
    drop_notifications();
  }
  return std::nullopt;
}

/// None of our statements copies, and a result that says so is followed by the same one for ever.
std::optional<Error> Connection::check_result(std::string_view what, const PGresult* result,
                                              int results) {
  if (is_copy(result)) {
    close();
    return Error{ErrorCode::store_failed,
                 std::string{what} + ": the server begins a COPY that nobody asked for",
                 "is it a PostgreSQL server?"};
  }
  if (results >= kMostResults) {
    close();
    return Error{ErrorCode::store_failed,
                 std::string{what} + ": the server gives more than " +
                     std::to_string(kMostResults) + " results",
                 "is it a PostgreSQL server?"};
  }
  return std::nullopt;
}

/// Nobody listens on a session with a limit; libpq would keep what was notified.
void Connection::drop_notifications() noexcept {
  if (rules_.most_bytes == 0 || connection_ == nullptr) return;
  while (auto* notify = PQnotifies(connection_)) PQfreemem(notify);
}

Result<Rows> Connection::query_read_only(std::string_view what, const char* sql,
                                         const Parameters& parameters, SearchPath path) {
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  const char* begin = path == SearchPath::catalog_only ? kBeginWithCatalogOnly : kBegin;
  auto begun = collect(what, finish(what, PQsendQuery(connection_, begin) == 1));
  if (!begun) return begun.error();
  auto rows = first_of(what, finish(what, send(sql, parameters)));
  if (connection_ == nullptr) return rows;
  const auto ended = collect(what, finish(what, PQsendQuery(connection_, "rollback") == 1));
  if (!ended && connection_ != nullptr) close();
  close_if_much_came();
  return rows;
}

void Connection::close_if_much_came() noexcept {
  drop_notifications();
  if (rules_.most_bytes == 0 || connection_ == nullptr) return;
  const auto in_all = received();
  if (rows_were_long_ || in_all - received_before_ > RowCollector::kLong || in_all > kMuchInAll)
    close();
}

}  // namespace jobflip::pg
