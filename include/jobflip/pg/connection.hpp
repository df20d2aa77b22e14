#pragma once
/// One connection to PostgreSQL, on libpq alone. Each call has its own deadline; only the lookup of
/// a host name may block for longer. A call that is not over by then, or that another thread
/// cancels, closes the connection, because the state of the connection is unknown. The next call
/// connects again.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jobflip/base/ids.hpp"
#include "jobflip/base/result.hpp"
#include "jobflip/pg/cells.hpp"
#include "jobflip/pg/settings.hpp"

// libpq's own; its header stays inside of this room
struct pg_conn;
struct pg_result;

namespace jobflip::pg {

class Rows {
 public:
  explicit Rows(pg_result* result);  // owns it
  int size() const noexcept;
  /// How many rows of a table the statement changed.
  int changed() const noexcept;
  bool of_a_query() const noexcept;
  Cells row(int index) const;
  /// The names of the columns.
  std::vector<std::string> columns() const;
  std::optional<std::string_view> cell(int row, int column) const;

 private:
  std::shared_ptr<pg_result> result_;
};

using SessionNumber = Id<struct SessionNumberTag>;  // counts the sessions of one Connection, from 1

using Parameters = std::vector<std::optional<std::string>>;

/// Where a statement's names without a schema are looked up. One that is ours names its tables in
/// full, and finds nothing but PostgreSQL's own functions and operators: one in `public` may fit a
/// call better.
enum class SearchPath { of_session, catalog_only };

class Connection {
 public:
  Connection(Settings settings, SessionRules rules);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// One statement. `what` names the call in an error. With warnings_refuse a warning of the server
  /// is an error: "committed, but not where it should be" is not granted.
  Result<Rows> query(std::string_view what, const char* sql, const Parameters& parameters = {});
  /// The same, prepared once a connection; falls back to query() behind a pooler that forgets it.
  Result<Rows> prepared(std::string_view what, const char* name, const char* sql,
                        const Parameters& parameters);
  /// One statement, and behind it, in the same round trip but in a transaction of its own, a NOTIFY
  /// to whoever listens. What becomes of that does not matter.
  Result<Rows> query_and_notify(std::string_view what, const char* sql,
                                const Parameters& parameters, const std::string& channel,
                                const std::string& payload);
  /// One statement in a read-only transaction of its own that is rolled back: what it changes of
  /// the session is undone, and no snapshot outlives the call. For statements of strangers: with
  /// the session's path, row-level security that would hide rows is an error.
  Result<Rows> query_read_only(std::string_view what, const char* sql,
                               const Parameters& parameters = {},
                               SearchPath path = SearchPath::of_session);
  /// Several statements in one round trip; the answers of those that have rows.
  Result<std::vector<Rows>> batch(std::string_view what, const char* sql);

  /// Connects if it is not connected.
  Result<void> connect();
  void close() noexcept;
  /// Ends the call in flight, from any thread.
  void cancel() noexcept;

  /// Takes each notification that has come, by its payload; waits for none.
  void take_notifications(const std::function<void(std::string_view)>& take);
  int descriptor() const noexcept;
  /// Which of this object's sessions is open; empty if none is.
  std::optional<SessionNumber> session() const noexcept;
  /// The server's process of the last session that gave no answer in time, once: it may still run.
  std::optional<int> take_unanswered() noexcept { return std::exchange(unanswered_, {}); }

 private:
  using Deadline = std::chrono::steady_clock::time_point;
  enum class Wait { ready, timed_out, was_cancelled };

  void begin_call() noexcept;
  Result<void> ensure(std::string_view what);
  Result<void> open();
  Result<void> await_slot();
  Result<void> open_now();
  Result<void> ask_first_query();
  Wait wait_for(short events) noexcept;
  bool send(const char* sql, const Parameters& parameters);
  Result<void> flush(std::string_view what, bool sent);
  Result<std::vector<pg_result*>> finish(std::string_view what, bool sent);
  Result<std::vector<pg_result*>> finish_two(std::string_view what, bool sent);
  std::optional<Error> await_result(std::string_view what);
  std::optional<Error> check_result(std::string_view what, const pg_result* result, int results);
  Error too_much(std::string_view what);
  bool has_sent_too_much() const noexcept;
  std::uint64_t received() const noexcept;
  void drop_notifications() noexcept;
  void close_if_much_came() noexcept;
  Result<std::vector<Rows>> collect(std::string_view what, Result<std::vector<pg_result*>> results);
  Result<Rows> first_of(std::string_view what, Result<std::vector<pg_result*>> results);
  Error broken(std::string_view what);
  Error ended(std::string_view what, Wait why);
  static void on_notice(void* self, const pg_result* notice);

  Settings settings_;
  SessionRules rules_;
  pg_conn* connection_{nullptr};
  int cancel_event_{-1};
  Deadline deadline_;
  SessionNumber sessions_{};           // opened so far
  int failed_opens_{0};                // in a row
  Deadline not_before_{};              // no try to connect
  std::string last_failure_;           // of connecting
  std::string warning_;                // of the call in flight
  std::uint64_t received_before_{0};   // by this session, when the call in flight began
  bool rows_were_long_{false};         // of the call in flight
  std::vector<std::string> prepared_;  // names known to this connection
  bool can_prepare_{true};
  std::optional<int> unanswered_{};
};

}  // namespace jobflip::pg
