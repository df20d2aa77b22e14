#pragma once
/// One connection to PostgreSQL, on libpq alone: nothing blocks behind it but the lookup of a host
/// name. Each call has a deadline of its own; one that is not over by then, or is cut from another
/// thread, closes the connection, since what is still under way on it can't be trusted. The call
/// after that connects anew.

#include <libpq-fe.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/core/wake_hint.hpp"
#include "jobflip/store/settings.hpp"
#include "store/cells.hpp"

namespace jobflip::store {

class Rows {
 public:
  explicit Rows(PGresult* result) : result_(result, &PQclear) {}
  int size() const noexcept { return PQntuples(result_.get()); }
  /// How many rows of a table the statement changed.
  int changed() const noexcept { return std::atoi(PQcmdTuples(result_.get())); }
  bool of_a_query() const noexcept { return PQresultStatus(result_.get()) == PGRES_TUPLES_OK; }
  Cells row(int index) const;
  /// The names of the columns.
  std::vector<std::string> columns() const;
  std::optional<std::string_view> cell(int row, int column) const;

 private:
  std::shared_ptr<PGresult> result_;
};

enum class Purpose {
  change,   // the primary, read-write, our schema
  read,     // any server, our schema
  migrate,  // the primary, whatever schema
  listen,   // any server
  probe,    // an application's database, read-only
};

/// A connection string with everything that is in force for a session of this purpose.
Result<std::string> session_conninfo(const StoreSettings& settings, Purpose purpose);

using SessionNumber = Id<struct SessionNumberTag>;  // counts the sessions of one Connection, from 1

using Parameters = std::vector<std::optional<std::string>>;

class Connection {
 public:
  Connection(StoreSettings settings, Purpose purpose);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement. `what` names the call in an error. A warning of the server on a change is an
  /// error: "committed, but not where it should be" is not granted.
  Result<Rows> query(std::string_view what, const char* sql, const Parameters& parameters = {});
  /// The same, prepared once a connection; falls back to query() behind a pooler that forgets it.
  Result<Rows> prepared(std::string_view what, const char* name, const char* sql,
                        const Parameters& parameters);
  /// One statement, and behind it, in the same round trip but in a transaction of its own, the hint
  /// to whoever listens. What becomes of the hint does not matter.
  Result<Rows> query_and_wake(std::string_view what, const char* sql, const Parameters& parameters,
                              const core::WakeHint& hint);
  /// Several statements in one round trip; the answers of those that have rows.
  Result<std::vector<Rows>> batch(std::string_view what, const char* sql);

  /// Connects where it is not connected.
  Result<void> connect();
  void close() noexcept;
  /// Ends the call in flight, from any thread.
  void cancel() noexcept;

  PGconn* raw() noexcept { return connection_; }  // of the wake signal only
  int descriptor() const noexcept;
  /// Which of this object's sessions is open; none where it is closed.
  std::optional<SessionNumber> session() const noexcept;

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Wait { ready, timed_out, was_cancelled };

  void begin_call() noexcept;
  Result<void> ensure(std::string_view what);
  Result<void> open();
  Result<void> await_slot();
  Result<void> open_now();
  Result<void> check_schema();
  Wait wait_for(short events) noexcept;
  bool send(const char* sql, const Parameters& parameters);
  Result<void> flush(std::string_view what, bool sent);
  Result<std::vector<PGresult*>> finish(std::string_view what, bool sent);
  Result<std::vector<PGresult*>> finish_two(std::string_view what, bool sent);
  Result<std::vector<Rows>> collect(std::string_view what, Result<std::vector<PGresult*>> results);
  Result<Rows> first_of(std::string_view what, Result<std::vector<PGresult*>> results);
  Error broken(std::string_view what);
  Error ended(std::string_view what, Wait why);
  static void on_notice(void* self, const PGresult* notice);

  StoreSettings settings_;
  Purpose purpose_;
  PGconn* connection_{nullptr};
  int cancel_event_{-1};
  Deadline deadline_;
  SessionNumber sessions_{};           // opened so far
  int failed_opens_{0};                // in a row
  Deadline not_before_{};              // no try to connect
  std::string last_failure_;           // of connecting
  std::string warning_;                // of the call in flight
  std::vector<std::string> prepared_;  // names known to this connection
  bool can_prepare_{true};
};

}  // namespace jobflip::store
