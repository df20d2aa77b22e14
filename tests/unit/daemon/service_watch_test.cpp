// Services are checked while their supervisor leads; none waits for another one, nor the loop for
// any of them.

#include "jobflip/daemon/service_watch.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <set>
#include <sstream>

#include "unit/daemon/loop_test.hpp"

namespace jobflip::daemon {
namespace {

using namespace std::chrono_literals;
using Outcome = core::CheckResult::Outcome;

class PlayedServiceStore : public ports::ServiceStore {
 public:
  Result<std::vector<core::ServiceStatus>> services() override {
    ++asked;
    const std::lock_guard lock{mutex_};
    return services_;
  }
  Result<bool> report(const core::ServiceReport& report) override {
    const std::lock_guard lock{mutex_};
    reports_.push_back(report);
    if (fails) return Error{ErrorCode::store_failed, "no space\x1b[31m", ""};
    return true;
  }
  void cancel() noexcept override {}

  void put(std::vector<core::ServiceStatus> services) {
    const std::lock_guard lock{mutex_};
    services_ = std::move(services);
  }
  std::vector<core::ServiceReport> reports() const {
    const std::lock_guard lock{mutex_};
    return reports_;
  }
  /// Every row of a service so far.
  std::vector<core::ServiceSeen> rows_of(const std::string& name) const {
    std::vector<core::ServiceSeen> rows;
    for (const auto& report : reports())
      for (const auto& one : report.seen)
        if (one.service.str() == name) rows.push_back(one);
    return rows;
  }
  std::atomic<int> asked{0};
  std::atomic<bool> fails{false};

 private:
  mutable std::mutex mutex_;
  std::vector<core::ServiceStatus> services_;
  std::vector<core::ServiceReport> reports_;
};

/// Each service passes, unless its name is in one of the sets.
class PlayedChecker : public ports::ServiceChecker {
 public:
  std::shared_ptr<ports::ServiceCheck> open() override { return std::make_shared<Check>(*this); }
  void set(std::set<std::string> failing, std::set<std::string> hanging = {}) {
    const std::lock_guard lock{mutex_};
    failing_ = std::move(failing);
    hanging_ = std::move(hanging);
  }
  std::atomic<int> running{0}, most_at_once{0}, cancelled{0}, done{0};

 private:
  class Check : public ports::ServiceCheck {
   public:
    explicit Check(PlayedChecker& of) : of_(of) {}
    core::CheckResult run(const core::ServiceSettings& service) override {
      const Instant began = BootClock::now();
      of_.most_at_once = std::max<int>(of_.most_at_once, ++of_.running);
      std::unique_lock lock{of_.mutex_};
      const bool fails = of_.failing_.contains(service.name.str());
      if (of_.hanging_.contains(service.name.str())) {
        of_.changed_.wait_for(lock, 20s, [this] { return is_cancelled_; });
        --of_.running;
        return {Outcome::impossible, began, 0ms, "cancelled"};
      }
      --of_.running;
      ++of_.done;
      return {fails ? Outcome::failed : Outcome::passed, began, 5ms, fails ? "refused" : "fine"};
    }
    void cancel() noexcept override {
      const std::lock_guard lock{of_.mutex_};
      if (!is_cancelled_) ++of_.cancelled;
      is_cancelled_ = true;
      of_.changed_.notify_all();
    }

   private:
    PlayedChecker& of_;
    bool is_cancelled_{false};
  };

  std::mutex mutex_;
  std::condition_variable changed_;
  std::set<std::string> failing_, hanging_;
};

core::ServiceStatus service(const std::string& name, Millis every = 20ms) {
  core::ServiceStatus out;
  out.settings.name = ServiceName::of(name);
  out.settings.every = every;
  out.settings.timeout = 10ms;
  return out;
}

class Watch : public LoopTest {
 protected:
  ServiceWatch::Parts parts() {
    return {.node = NodeName::of("sup1"),
            .store = &store_,
            .checker = &checker_,
            .log = log_,
            .deadline = 200ms,
            .report_every = 10ms};
  }
  std::string logged() {
    log_->flush();
    return text_.str();
  }

  PlayedServiceStore store_;
  PlayedChecker checker_;
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> log_ = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_));
};

TEST_F(Watch, ChecksNothingUnlessItLeads) {
  store_.put({service("web")});
  ServiceWatch watch{io, parts()};
  EXPECT_EQ(watch.size(), 0u);
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return !store_.reports().empty(); }));
  const auto report = store_.reports()[0];
  EXPECT_EQ(report.supervisor, NodeName::of("sup1"));
  EXPECT_EQ(report.supervisor_epoch, Epoch{7});
  ASSERT_EQ(report.seen.size(), 1u);
  EXPECT_EQ(report.seen[0].state, core::ServiceState::up);
  EXPECT_EQ(report.seen[0].sentence, "fine");
  watch.follow(std::nullopt);
  ASSERT_TRUE(until([&] { return watch.size() == 0; }));
  const int done = checker_.done;
  io.restart();
  io.run_for(100ms);
  EXPECT_EQ(checker_.done, done);
}

TEST_F(Watch, ReportsWhatWasBeforeAndWhatIsNow) {
  store_.put({service("web")});
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return !store_.reports().empty(); }));
  store_.fails = true;
  checker_.set({"web"});
  ASSERT_TRUE(until([&] { return logged().find("is down") != std::string::npos; }));
  checker_.set({});
  ASSERT_TRUE(until([&] { return logged().rfind("is up") > logged().find("is down"); }));
  const auto failed = store_.rows_of("web").size();
  store_.fails = false;
  ASSERT_TRUE(until([&] { return store_.rows_of("web").size() >= failed + 3; }));
  // some report that the store kept has all three, the oldest first
  const auto all = store_.reports();
  const bool has_all = std::ranges::any_of(all, [](const core::ServiceReport& one) {
    return one.seen.size() == 3 && one.seen[0].state == core::ServiceState::up &&
           one.seen[1].state == core::ServiceState::down &&
           one.seen[2].state == core::ServiceState::up &&
           one.seen[0].since_ago > one.seen[1].since_ago &&
           one.seen[1].since_ago > one.seen[2].since_ago;
  });
  EXPECT_TRUE(has_all);
  EXPECT_EQ(logged().find('\x1b'), std::string::npos);
}

TEST_F(Watch, ACheckThatHangsDelaysNoOtherOneAndNotTheLoop) {
  store_.put({service("web"), service("hung"), service("api")});
  checker_.set({}, {"hung"});
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until(
      [&] { return store_.rows_of("web").size() >= 3 && store_.rows_of("api").size() >= 3; }));
  EXPECT_TRUE(store_.rows_of("hung").empty());
  const auto before = BootClock::now();
  watch.follow(std::nullopt);
  EXPECT_LT(BootClock::now() - before, 5s);
  ASSERT_TRUE(until([&] { return watch.size() == 0; }));
  EXPECT_GT(checker_.cancelled, 0);
}

TEST_F(Watch, AServiceHasOneCheckAtATime) {
  store_.put({service("hung", 5ms)});
  checker_.set({}, {"hung"});
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return store_.asked >= 10; }));
  EXPECT_EQ(checker_.most_at_once, 1);
}

TEST_F(Watch, FollowsTheSettings) {
  store_.put({service("web"), service("api")});
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return !store_.rows_of("api").empty(); }));
  EXPECT_EQ(watch.size(), 2u);
  store_.put({service("web"), service("mail")});
  ASSERT_TRUE(until([&] { return !store_.rows_of("mail").empty() && watch.size() == 2; }));
}

TEST_F(Watch, BeginsWithWhatTheStoreKnows) {
  auto known = service("web", 60'000ms);
  known.state = core::ServiceState::down;
  known.since_ago = 100s;
  known.seen_ago = 10s;
  store_.put({known});
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return !store_.rows_of("web").empty(); }));
  const auto row = store_.rows_of("web")[0];
  EXPECT_EQ(row.state, core::ServiceState::down) << "one good check does not make it up";
  EXPECT_GE(row.since_ago, 100s);
}

TEST_F(Watch, SaysAnErrorOfTheStoreOnce) {
  store_.put({service("web")});
  store_.fails = true;
  ServiceWatch watch{io, parts()};
  watch.follow(Epoch{7});
  ASSERT_TRUE(until([&] { return store_.reports().size() >= 3; }));
  EXPECT_NE(logged().find("no space"), std::string::npos);
  EXPECT_EQ(logged().find("no space"), logged().rfind("no space"));
}

}  // namespace
}  // namespace jobflip::daemon
