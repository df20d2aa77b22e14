#pragma once
/// The table app.email, as a queue that is worked on under a lease.
///
/// Invariants:
///  - every transaction that changes a row is fenced first (jobflip/worker/fence.hpp);
///  - an attempt is committed before the mail is sent, so that after a kill nobody sends blindly;
///  - a mail whose attempt has no known end is sent again only if that attempt was made under an
///    older lease (so its worker is certainly gone), or is older than `resend_after`.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "jobflip/worker/lease.hpp"

struct pg_conn;
struct pg_result;

namespace email_worker {

struct Email {
  std::int64_t id{};
  int attempt{};  // of this mail, from 1
  std::string recipient;
  std::string subject;
  std::string body;
};

enum class Outcome {
  done,
  nothing,  // no mail is due
  lost,     // another node has the lease: end the process
  failed,   // the database did not do it; try again later
};

class Outbox {
 public:
  Outbox(std::string conninfo, jobflip::worker::Lease lease,
         std::chrono::milliseconds resend_after);
  ~Outbox();

  /// Connects if there is no connection. `problem()` says why not.
  Outcome connect();
  /// Takes one due mail and records the attempt. Committed when it answers `done`.
  Outcome claim(Email& email);
  Outcome mark_sent(const Email& email);
  /// The mail server refused it, so it was not sent: due again later, or given up after
  /// `max_attempts`.
  Outcome mark_refused(const Email& email, const std::string& error, int max_attempts);

  const std::string& problem() const noexcept { return problem_; }

 private:
  struct Result;
  Outcome begin();
  Outcome finish(Outcome so_far);
  Result run(const char* sql, int count, const char* const* values);
  Outcome complain(const std::string& what);

  std::string conninfo_;
  jobflip::worker::Lease lease_;
  std::string epoch_;
  std::string resend_after_;
  pg_conn* connection_{nullptr};
  std::string problem_;
};

}  // namespace email_worker
