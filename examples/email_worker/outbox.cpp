#include "outbox.hpp"

#include <libpq-fe.h>

#include <cstdlib>
#include <iterator>
#include <utility>

#include "jobflip/worker/fence.hpp"

namespace email_worker {
namespace {

constexpr const char* kClaim = R"(
  update app.email set attempts = attempts + 1, attempted_at = clock_timestamp(), attempt_epoch = $1
   where id = (select id from app.email
                where sent_at is null and failed_at is null and due_at <= now()
                  and (attempt_epoch is null or attempt_epoch < $1::bigint
                       or attempted_at < now() - make_interval(secs => $2::float8 / 1000))
                order by due_at, id
                limit 1
                for update skip locked)
  returning id, attempts, recipient, subject, body)";

// `attempts` distinguishes our attempt from a later one: a slow worker changes nothing
constexpr const char* kSent = R"(
  update app.email set sent_at = clock_timestamp(), attempt_epoch = null, last_error = null
   where id = $1 and attempts = $2 and sent_at is null)";

constexpr const char* kRefused = R"(
  update app.email
     set attempt_epoch = null, last_error = left($3, 1000),
         due_at = now() + least(interval '1 hour', interval '5 seconds' * 2 ^ least(attempts, 12)),
         failed_at = case when attempts >= $4::int then now() end
   where id = $1 and attempts = $2 and sent_at is null)";

std::string one_line(const char* message) {
  std::string text = message == nullptr ? "" : message;
  if (const auto end = text.find('\n'); end != std::string::npos) text.resize(end);
  return text;
}

}  // namespace

struct Outbox::Result {
  std::unique_ptr<PGresult, decltype(&PQclear)> rows;
  bool good() const {
    const auto status = PQresultStatus(rows.get());
    return status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK;
  }
  const char* text(int column) const { return PQgetvalue(rows.get(), 0, column); }
};

Outbox::Outbox(std::string conninfo, jobflip::worker::Lease lease,
               std::chrono::milliseconds resend_after)
    : conninfo_(std::move(conninfo)),
      lease_(std::move(lease)),
      epoch_(std::to_string(lease_.epoch)),
      resend_after_(std::to_string(resend_after.count())) {}

Outbox::~Outbox() {
  PQfinish(connection_);
}

Outbox::Result Outbox::run(const char* sql, int count, const char* const* values) {
  return {{PQexecParams(connection_, sql, count, nullptr, values, nullptr, nullptr, 0), &PQclear}};
}

Outcome Outbox::complain(const std::string& what) {
  problem_ = what + ": " + one_line(PQerrorMessage(connection_));
  return Outcome::failed;
}

Outcome Outbox::connect() {
  if (connection_ != nullptr && PQstatus(connection_) == CONNECTION_OK) return Outcome::done;
  PQfinish(connection_);
  // Values before dbname are defaults, which the connection string may override. A worker must not
  // wait for a missing database longer than this.
  const char* const words[] = {"connect_timeout", "tcp_user_timeout", "application_name", "dbname",
                               nullptr};
  const char* const values[] = {"5", "5000", "email-worker", conninfo_.c_str(), nullptr};
  connection_ = PQconnectdbParams(words, values, 1);
  if (PQstatus(connection_) != CONNECTION_OK) return complain("connect");
  // A hung transaction keeps the fence's lock and a mail's row: the server ends it for us. It also
  // ends the statement of a dead client, which would otherwise run on.
  constexpr const char* bounds =
      "set statement_timeout = '5s'; set lock_timeout = '3s';"
      "set idle_in_transaction_session_timeout = '5s'; set client_connection_check_interval = "
      "'500ms'";
  const Result set{{PQexec(connection_, bounds), &PQclear}};
  return set.good() ? Outcome::done : complain("settings of the session");
}

Outcome Outbox::begin() {
  if (const Outcome connected = connect(); connected != Outcome::done) return connected;
  if (!run("begin isolation level read committed", 0, nullptr).good()) return complain("begin");
  switch (jobflip::worker::fence(connection_, lease_, &problem_)) {
    case jobflip::worker::Fence::held:
      return Outcome::done;
    case jobflip::worker::Fence::lost:
      return finish(Outcome::lost);
    case jobflip::worker::Fence::failed:
      break;
  }
  return finish(Outcome::failed);
}

// Commits on success and rolls back on failure. A commit whose answer is lost counts as failed, so
// nothing is sent for a claim that may not exist.
Outcome Outbox::finish(Outcome so_far) {
  if (so_far == Outcome::done) {
    const Result committed = run("commit", 0, nullptr);
    return committed.good() ? Outcome::done : complain("commit");
  }
  if (PQstatus(connection_) == CONNECTION_OK) run("rollback", 0, nullptr);
  return so_far;
}

Outcome Outbox::claim(Email& email) {
  if (const Outcome begun = begin(); begun != Outcome::done) return begun;
  const char* const values[] = {epoch_.c_str(), resend_after_.c_str()};
  const Result row = run(kClaim, 2, values);
  if (!row.good()) return complain("claim"), finish(Outcome::failed);
  if (PQntuples(row.rows.get()) == 0) return finish(Outcome::nothing);
  email = {.id = std::atoll(row.text(0)),
           .attempt = std::atoi(row.text(1)),
           .recipient = row.text(2),
           .subject = row.text(3),
           .body = row.text(4)};
  return finish(Outcome::done);
}

Outcome Outbox::mark_sent(const Email& email) {
  if (const Outcome begun = begin(); begun != Outcome::done) return begun;
  const std::string id = std::to_string(email.id);
  const std::string attempt = std::to_string(email.attempt);
  const char* const values[] = {id.c_str(), attempt.c_str()};
  const bool good = run(kSent, 2, values).good();
  return good ? finish(Outcome::done) : (complain("mark as sent"), finish(Outcome::failed));
}

Outcome Outbox::mark_refused(const Email& email, const std::string& error, int max_attempts) {
  if (const Outcome begun = begin(); begun != Outcome::done) return begun;
  const std::string id = std::to_string(email.id);
  const std::string attempt = std::to_string(email.attempt);
  const std::string most = std::to_string(max_attempts);
  const char* const values[] = {id.c_str(), attempt.c_str(), error.c_str(), most.c_str()};
  const bool good = run(kRefused, 4, values).good();
  return good ? finish(Outcome::done) : (complain("mark as refused"), finish(Outcome::failed));
}

}  // namespace email_worker
