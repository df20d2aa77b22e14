/// email-worker: sends the mails of app.email by SMTP, under a lease of jobflip.
///
/// This example worker does no harm even if two nodes run it by mistake: outbox.hpp describes what
/// is committed when. It sends one mail at a time; after SIGTERM it finishes the one in flight.

#include <curl/curl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "jobflip/worker/lease.hpp"
#include "options.hpp"
#include "outbox.hpp"
#include "schema_text.hpp"
#include "smtp.hpp"

namespace email_worker {
namespace {

constexpr int kStopped = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kLeaseLost = 3;

/// Makes SIGTERM and SIGINT something to wait for, so that no signal interrupts a call.
class StopSignal {
 public:
  StopSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    descriptor_ = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    signal(SIGPIPE, SIG_IGN);
  }
  ~StopSignal() { close(descriptor_); }

  /// Waits for that long; true as soon as the process was told to stop (and from then on).
  bool within(std::chrono::milliseconds length) {
    if (stopped_) return true;
    pollfd watched{descriptor_, POLLIN, 0};
    stopped_ = poll(&watched, 1, static_cast<int>(length.count())) > 0;
    return stopped_;
  }

 private:
  int descriptor_;
  bool stopped_{false};
};

void say(const jobflip::worker::Lease& lease, const std::string& text) {
  std::fprintf(stderr, "email-worker node=%s epoch=%lld: %s\n", lease.node.c_str(),
               static_cast<long long>(lease.epoch), text.c_str());
}

// A mail that went out is marked, however long the database is away: otherwise it would go out
// again.
Outcome mark_sent(Outbox& outbox, const Email& email, StopSignal& stop) {
  Outcome outcome = outbox.mark_sent(email);
  while (outcome == Outcome::failed && !stop.within(std::chrono::milliseconds(500)))
    outcome = outbox.mark_sent(email);
  return outcome;
}

Outcome send_one(Outbox& outbox, const Email& email, const Options& options,
                 const jobflip::worker::Lease& lease, StopSignal& stop) {
  const std::string message = compose(email, options.sender, lease);
  const Route route{options.smtp_url, options.sender};
  std::string why;
  const std::string which =
      "mail " + std::to_string(email.id) + " attempt " + std::to_string(email.attempt);
  switch (deliver(route, email, message, why)) {
    case Delivery::accepted:
      return mark_sent(outbox, email, stop);
    case Delivery::refused:
      say(lease, which + " was not sent: " + why);
      return outbox.mark_refused(email, why, options.max_attempts);
    case Delivery::unknown:
      say(lease, which + " may or may not have been sent: " + why);
      return Outcome::done;
  }
  return Outcome::failed;
}

int work(const Options& options, const jobflip::worker::Lease& lease) {
  StopSignal stop;
  Outbox outbox(options.conninfo, lease, options.resend_after);
  say(lease, "started for pool " + lease.pool);
  std::string last_problem;
  while (!stop.within(std::chrono::milliseconds(0))) {
    Email email;
    Outcome outcome = outbox.claim(email);
    if (outcome == Outcome::done) {
      stop.within(options.pace);  // simulates the work for a mail; no pause when told to stop
      outcome = send_one(outbox, email, options, lease, stop);
    }
    if (outcome == Outcome::lost) {
      say(lease, "the lease is another's now: " + outbox.problem());
      return kLeaseLost;
    }
    if (outcome == Outcome::failed && outbox.problem() != last_problem)
      say(lease, "no database: " + outbox.problem());
    last_problem = outcome == Outcome::failed ? outbox.problem() : "";
    if (outcome == Outcome::nothing) stop.within(options.poll);
    if (outcome == Outcome::failed) stop.within(std::chrono::milliseconds(500));
  }
  say(lease, "told to stop: done");
  return kStopped;
}

int run(const std::vector<std::string>& words, const char* smtp_url, const char* conninfo) {
  std::string why;
  const auto options = parse_options(words, smtp_url, conninfo, why);
  if (!options) {
    std::fprintf(stderr, "email-worker: %s\n%s", why.c_str(), usage());
    return kUsage;
  }
  if (options->help) return std::fputs(usage(), stdout) < 0 ? kFailed : kStopped;
  if (options->print_schema) return std::fputs(kSchema, stdout) < 0 ? kFailed : kStopped;
  const auto lease = jobflip::worker::lease_from_environment(&why);
  if (!lease) {
    std::fprintf(stderr, "email-worker: no lease, no work: %s\n", why.c_str());
    return kUsage;
  }
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return kFailed;
  const int status = work(*options, *lease);
  curl_global_cleanup();
  return status;
}

}  // namespace
}  // namespace email_worker

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  return email_worker::run(words, std::getenv("SMTP_URL"), std::getenv("EMAIL_DB"));
}
