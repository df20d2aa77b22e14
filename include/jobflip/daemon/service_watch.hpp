#pragma once
/// Has services checked while their supervisor leads, and reports what the checks saw. It touches
/// nothing that a decision about a pool needs: it has a session of its own, and a thread for each
/// service, so that a check that hangs delays no other one.
///
/// Invariants:
///  - a service has at most one check in progress, and a check that is over its deadline is
///    cancelled until it ends. The loop never waits for one, but in the destructor;
///  - of a report that failed nothing is lost, except the oldest of many changes of one service:
///    the next one has it, too. A service whose row a session had locked is not in what was kept:
///    of such, changes are lost, and the present state comes with its next check.
///
/// Everything but the checks and the calls runs on the loop's thread.

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jobflip/core/service_calls.hpp"
#include "jobflip/core/service_rules.hpp"
#include "jobflip/daemon/deadline_call.hpp"
#include "jobflip/ports/service_checker.hpp"
#include "jobflip/ports/service_store.hpp"

namespace spdlog {
class logger;
}

namespace jobflip::daemon {

class ServiceWatch {
 public:
  static constexpr Millis kReportEvery{5000};
  static constexpr std::size_t kChangesMax = 20;  // of one service that wait for a report

  struct Parts {
    NodeName node;
    ports::ServiceStore* store{};  // null: no service is watched
    ports::ServiceChecker* checker{};
    std::shared_ptr<spdlog::logger> log;
    Millis deadline{5000};  // of a call to the store
    Millis report_every{kReportEvery};
  };
  ServiceWatch(boost::asio::io_context& loop, Parts parts);
  ~ServiceWatch();
  ServiceWatch(const ServiceWatch&) = delete;
  ServiceWatch& operator=(const ServiceWatch&) = delete;

  /// Leads under `epoch` from here on, or no more.
  void follow(std::optional<Epoch> epoch);
  /// How many services it has checked, or waits for the last check of.
  std::size_t size() const noexcept { return watched_.size(); }

 private:
  /// A state that is over, as it was last seen.
  struct Past {
    std::uint64_t number{};  // rises with each change
    core::ServiceJudgement judgement;
    Instant seen_at;
  };
  struct Watched {
    explicit Watched(boost::asio::io_context& loop) : timer(loop), call(loop) {}
    core::ServiceSettings settings;
    core::ServiceJudgement judgement;
    std::deque<Past> past;           // not reported
    std::optional<Instant> seen_at;  // the last check; empty: none yet
    bool is_new{false};              // a check since the last report
    bool is_dropped{false};          // goes once its check has ended
    boost::asio::steady_timer timer;
    DeadlineCall call;
  };
  using Key = std::uint64_t;

  void set_timer(Millis after);
  void read_services();
  void take_services(const std::vector<core::ServiceStatus>& services);
  void add(const core::ServiceStatus& status, Millis first_check_in);
  void drop(Key key);
  void drop_all();
  void check_after(Key key, Millis after);
  void check(Key key);
  void checked(Key key, const core::CheckResult& result);
  void send();
  void failed(const Error& error);
  template <class F, class Done>
  void call(F call, Done done);

  boost::asio::io_context& loop_;
  Parts parts_;
  std::optional<Epoch> epoch_;
  std::string last_error_;
  Key last_key_{0};
  std::uint64_t last_change_{0};
  std::map<Key, Watched> watched_;
  std::map<ServiceName, Key> key_of_;  // of those that are not dropped
  boost::asio::steady_timer timer_;
  DeadlineCall call_;  // last, since its destructor waits for a call that uses the rest
};

}  // namespace jobflip::daemon
