// A statement with a NOTIFY behind it, two transactions in one round trip; and what was notified.

#include <libpq-fe.h>
#include <poll.h>

#include "jobflip/pg/connection.hpp"

namespace jobflip::pg {
namespace {

/// By a statement and not by a function that a fresh session would have to compile first; it does
/// not wait for the disk.
constexpr const char* kNotify =
    "select pg_catalog.set_config('synchronous_commit', 'off', true), "
    "pg_catalog.pg_notify($1, $2)";

}  // namespace

/// Of two statements in a pipeline, the results of the first. It counts as soon as it is complete,
/// whatever becomes of the second.
Result<std::vector<PGresult*>> Connection::finish_two(std::string_view what, bool sent) {
  if (auto flushed = flush(what, sent); !flushed) return flushed.error();
  std::vector<PGresult*> results;
  int ended_statements = 0;
  int nothing = 0;  // in a row
  const auto give_up = [&](Error error) -> Result<std::vector<PGresult*>> {
    if (ended_statements > 0) return results;
    for (auto* result : results) PQclear(result);
    return error;
  };
  while (ended_statements < 2) {
    if (auto error = await_result(what)) return give_up(std::move(*error));
    auto* result = PQgetResult(connection_);
    if (auto error = check_result(what, result, static_cast<int>(results.size()))) {
      PQclear(result);
      return give_up(std::move(*error));
    }
    nothing = result == nullptr ? nothing + 1 : 0;
    if (PQstatus(connection_) != CONNECTION_OK || nothing > 1) {
      PQclear(result);
      return give_up(broken(what));
    }
    if (result == nullptr) continue;  // between a statement and its sync
    if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) ++ended_statements;
    if (ended_statements == 0) {
      results.push_back(result);
    } else {
      PQclear(result);
    }
  }
  if (PQexitPipelineMode(connection_) != 1) close();
  return results;
}

Result<Rows> Connection::query_and_notify(std::string_view what, const char* sql,
                                          const Parameters& parameters, const std::string& channel,
                                          const std::string& payload) {
  begin_call();
  if (auto ready = ensure(what); !ready) return ready.error();
  const bool sent = PQenterPipelineMode(connection_) == 1 && send(sql, parameters) &&
                    PQpipelineSync(connection_) == 1 && send(kNotify, {channel, payload}) &&
                    PQpipelineSync(connection_) == 1;
  return first_of(what, finish_two(what, sent));
}

void Connection::take_notifications(const std::function<void(std::string_view)>& take) {
  if (connection_ == nullptr) return;
  if (PQconsumeInput(connection_) == 0) return close();
  while (auto* notify = PQnotifies(connection_)) {
    take(notify->extra);
    PQfreemem(notify);
  }
}

}  // namespace jobflip::pg
